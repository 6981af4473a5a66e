//! A config, all of whose fields have defaults.

#[derive(ConfigEntity)]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
    #[config(default = "dean")]
    list: String,
}
