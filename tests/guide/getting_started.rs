use ecs::prelude::*;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Applicant { id: Id, name: String, income: f64, debts: f64 }

#[derive(ConfigEntity, Clone, Debug, Serialize, Deserialize)]
struct Policy { id: Id, #[config(default = 0.4)] highest_share: f64 }

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Decision { id: Id, granted: bool, share: f64 }

#[callable] // changes an applicant: its signature says so
fn correct_income(applicant: &mut Applicant, income: f64) { applicant.income = income; }

#[callable] // reads an applicant, makes a decision; `Policy` is a config by its type
fn decide(applicant: &Applicant, policy: &Policy) -> Decision {
    let share = applicant.debts / applicant.income;
    Decision { id: Id::new(), granted: share <= policy.highest_share, share }
}

fn main() -> ecs::Result<()> {
    let world = World::open("audit.db")?;

    let alice = world.insert(Applicant { id: Id::new(), name: "Alice".into(), income: 2_000.0, debts: 900.0 })?;
    let first = decide::call(&world, &alice, Policy::default()).wait()?;
    let alice = correct_income::call(&world, &alice, 2_500.0).wait()?;
    let second = decide::call(&world, &alice, Policy::default()).wait()?;

    println!("granted at first: {}, and then: {}", first.granted, second.granted);
    println!("\n{}", world.history(&alice)?);
    println!("\n{}", world.blame(&alice)?);
    println!("\nThe decision is {}", second.address());
    Ok(())
}
