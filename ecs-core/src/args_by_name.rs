//! The arguments of a call by name, as a program writes them down.

/// The arguments of a call by name: `args! { student: &alice, threshold: 3.7 }`.
///
/// Each value is a handle, an address or a serde value. A text that starts with `@` is an address,
/// also in a sequence or a map; inside a Rust struct or enum it is the text it says.
///
/// ```
/// use ecs_core::args;
///
/// let arguments = args! { threshold: 3.7, list: "dean" };
/// assert_eq!(format!("{arguments:?}"), r#"Args(Named([("threshold", 3.7), ("list", "dean")]))"#);
/// ```
#[macro_export]
macro_rules! args {
    ($($name:ident : $value:expr),* $(,)?) => {
        $crate::Args::new()$(.with(
            // A raw identifier names the same argument as the plain one.
            $crate::__private::plain_name(::core::stringify!($name)),
            $crate::__private::IntoArgValue::into_arg_value($value),
        ))*
    };
}
