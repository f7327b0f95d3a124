//! What the documents have readers type: the blocks of code of a section, in order; and of SQL the answers
//! that are shown.

use std::path::Path;

/// A block of SQL, and what the document shows as its answer.
pub struct Step {
    /// File and line, for whoever has to correct it.
    pub place: String,
    pub sql: String,
    pub shown: Option<String>,
}

/// A block of code, and the language that it is marked with.
pub struct Block {
    /// File and line, for whoever has to correct it.
    pub place: String,
    pub language: String,
    pub text: String,
}

/// The steps of the section that begins with the line `heading`.
pub fn steps(file: &str, heading: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for block in blocks(file, heading) {
        match (&*block.language, steps.last_mut()) {
            ("sql", _) => steps.push(Step {
                place: block.place,
                sql: block.text,
                shown: None,
            }),
            ("text", Some(step)) if step.shown.is_none() => step.shown = Some(block.text),
            _ => panic!("{}: neither SQL nor its answer", block.place),
        }
    }
    assert!(!steps.is_empty(), "{file} has no SQL below \"{heading}\"");
    steps
}

/// All blocks of code of a section.
pub fn blocks(file: &str, heading: &str) -> Vec<Block> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{file}: {e}"));
    let level = heading.split(' ').next().unwrap().len();
    let mut lines = text.lines().enumerate();
    let mut blocks = Vec::new();
    lines
        .find(|(_, line)| *line == heading)
        .unwrap_or_else(|| panic!("{file} has no section \"{heading}\""));
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            match line.split_once(' ') {
                Some((marks, _))
                    if !marks.is_empty()
                        && marks.len() <= level
                        && marks.bytes().all(|b| b == b'#') =>
                {
                    break;
                }
                _ => continue,
            }
        };
        let block = lines.by_ref().map(|(_, line)| line);
        let block = block.take_while(|line| *line != "```");
        blocks.push(Block {
            place: format!("{file}:{}", number + 1),
            language: language.to_owned(),
            text: block.collect::<Vec<_>>().join("\n"),
        });
    }
    blocks
}
