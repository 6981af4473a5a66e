//! An entity whose fields are plain values.

#[derive(Entity)]
pub struct Student {
    pub id: Id,
    pub name: String,
    pub gpa: f64,
    r#type: [u8; 4],
}
