//! An asynchronous function.

#[callable]
async fn fetch(student: &Student) -> String {
    student.name.clone()
}
