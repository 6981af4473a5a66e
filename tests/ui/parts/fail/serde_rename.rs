//! mistake: a field of plain parts that serde renames; cure: name the field as it is to be addressed

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(EntityParts, Clone, Serialize, Deserialize)]
enum Seat {
    #[serde(rename = "empty")]
    Free,
    Taken {
        #[serde(flatten)]
        by: Student,
    },
}

fn main() {}
