use ecs::prelude::*;

#[derive(Clone, Serialize, Deserialize)]
struct Weather {
    degrees: f64,
}

type Forecast = Result<Weather, String>;

#[callable]
fn forecast(degrees: f64) -> Forecast {
    Ok(Weather { degrees })
}

fn main() {}
