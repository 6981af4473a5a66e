//! mistake: an alias that hides what is returned; cure: write the result out, or give the alias a parameter

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
