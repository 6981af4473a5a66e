//! `#[callable]` of ecs.
//!
//! One stage per file: `options` reads the attribute (`memo` that part of it), `model` the function, `names` says
//! which entities are generated, `types` writes what is asked of each type, `expand` the code. Mistakes are
//! collected and reported together, each at the user's own tokens; the function itself is always emitted.

mod checks;
mod expand;
mod fingerprint;
mod fingerprinted;
#[cfg(test)]
mod golden;
mod implementation;
mod marker;
mod memo;
mod model;
mod names;
mod options;
mod records;
mod types;

use proc_macro::TokenStream;

/// Gives a function a memory: every call of it is validated, isolated, versioned and recorded.
///
/// The function stays as it is. Beside it, a struct of the same name brings `call`, `with` and
/// `partial`, and the function can be called by its name from the world. What a parameter is to
/// the framework follows from its type: an entity, a config, a plain value, or the `&Context`.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[callable(name = "…")]` | the name it is called by and recorded under; the function's own by default |
/// | `#[callable(blocking)]` | run it on tokio's blocking pool; a synchronous function runs in place otherwise |
/// | `#[callable(on_conflict = Retry(5))]` | what its calls do when another commit came first: `Fail`, `Retry(n)` or `Branch`; what the world says by default |
/// | `#[callable(memo)]` | keep its results, and reuse them for equal inputs as long as the program is the same build; `memo(code = "function")`, `memo(uses(helper))` and `memo(version = "3")` say that less code counts |
/// | `#[callable(crate = path)]` | where the facade crate is, if it was renamed |
/// | `#[default(expression)]` on a parameter | the value when a call by name gives none, or a typed call gives `Arg::Default` |
#[proc_macro_attribute]
pub fn callable(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::callable(attribute.into(), item.into()).into()
}

/// Lets the code of a helper count where a callable names it: `#[callable(memo(uses(helper)))]`.
///
/// The function stays as it is. Beside it, a struct of the same name carries the hash of its tokens.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[fingerprinted(uses(other, another))]` | the helpers of the helper, whose code counts as well; each is a callable or fingerprinted itself |
/// | `#[fingerprinted(crate = path)]` | where the facade crate is, if it was renamed |
#[proc_macro_attribute]
pub fn fingerprinted(attribute: TokenStream, item: TokenStream) -> TokenStream {
    fingerprinted::fingerprinted(attribute.into(), item.into()).into()
}

/// Puts its argument beside the item. Only for what `#[callable]` writes.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn __beside(beside: TokenStream, item: TokenStream) -> TokenStream {
    item.into_iter().chain(beside).collect()
}
