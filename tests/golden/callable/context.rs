//! A function that calls others.

#[callable]
async fn promote_all(context: &Context, school: &School) -> Result<u64> {
    Ok(school.promote(context).await)
}
