//! The hash of a function's tokens: white space, comments and positions do not count.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The blake3 hash of `tokens`.
pub(crate) fn fingerprint(tokens: TokenStream) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    feed(tokens, &mut hasher);
    *hasher.finalize().as_bytes()
}

fn feed(tokens: TokenStream, hasher: &mut blake3::Hasher) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    // Invisible groups come and go with the macros that a function passes through.
                    Delimiter::None => ("", ""),
                };
                text(open, hasher);
                feed(group.stream(), hasher);
                text(close, hasher);
            }
            TokenTree::Punct(punct) => text(punct.as_char().encode_utf8(&mut [0; 4]), hasher),
            TokenTree::Ident(ident) => text(&ident.to_string(), hasher),
            TokenTree::Literal(literal) => text(&literal.to_string(), hasher),
        }
    }
}

fn text(text: &str, hasher: &mut blake3::Hasher) {
    if !text.is_empty() {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> [u8; 32] {
        fingerprint(source.parse().expect("tokens"))
    }

    #[test]
    fn layout_and_comments_do_not_count_and_everything_else_does() {
        assert_eq!(of("fn f(x: u8) -> u8 { x + 1 }"), of("fn f(x:u8)->u8{ // more\n x+1 }"));
        assert_ne!(of("fn f(x: u8) -> u8 { x + 1 }"), of("fn f(x: u8) -> u8 { x + 2 }"));
        assert_ne!(of("a bc"), of("ab c"));
        assert_ne!(of("(a) b"), of("(a b)"));
    }
}
