//! Text literals as defaults of owned text.

/// What a text literal can be the default of.
pub trait FromText {
    /// The literal as a value of the type.
    fn from_text(text: &'static str) -> Self;
}

macro_rules! from_text {
    ($($type:ty),*) => {$(
        impl FromText for $type {
            fn from_text(text: &'static str) -> Self {
                text.into()
            }
        }
    )*};
}

from_text!(
    String,
    Box<str>,
    std::sync::Arc<str>,
    std::borrow::Cow<'static, str>,
    std::path::PathBuf,
    serde_json::Value
);

impl<T: FromText> FromText for Option<T> {
    fn from_text(text: &'static str) -> Self {
        Some(T::from_text(text))
    }
}
