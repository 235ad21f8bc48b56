//! Reads the stream of an answer: server-sent events whose data are JSON, and `[DONE]`.

use serde_json::Value;

use super::super::Failed;

/// Cuts bytes into the data of events. Lines may be cut anywhere, between two bytes of a letter too.
#[derive(Debug, Default)]
pub struct Lines {
    pending: Vec<u8>,
}

impl Lines {
    /// The data lines that these bytes end.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        self.pending.extend_from_slice(bytes);
        let mut found = Vec::new();
        while let Some(end) = self.pending.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.pending.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            if let Some(data) = line.trim_end_matches(['\n', '\r']).strip_prefix("data:") {
                found.push(data.trim().to_owned());
            }
        }
        found
    }
}

/// What there is of an answer.
#[derive(Debug, Default)]
pub struct Collected {
    text: String,
    /// Calls by their index: the name and the arguments, which come in pieces.
    calls: Vec<(String, String)>,
    finish: Option<String>,
    done: bool,
}

/// More calls than this no answer has.
const MOST_CALLS: usize = 16;

impl Collected {
    /// Takes in the data of one event; whether the text has grown.
    pub fn take(&mut self, data: &str) -> Result<bool, Failed> {
        if data == "[DONE]" {
            self.done = true;
            return Ok(false);
        }
        let event: Value =
            serde_json::from_str(data).map_err(|_| Failed("The model's answer cannot be read.".into()))?;
        if let Some(error) = event.get("error").filter(|error| !error.is_null()) {
            let words = error["message"].as_str().unwrap_or("it gave no reason");
            return Err(Failed(format!(
                "The model's endpoint failed: {}",
                words.chars().take(200).collect::<String>()
            )));
        }
        // An event of usage alone has no choice.
        let Some(choice) = event["choices"].get(0) else { return Ok(false) };
        if let Some(reason) = choice["finish_reason"].as_str() {
            self.finish = Some(reason.to_owned());
        }
        if choice["delta"]["refusal"].as_str().is_some_and(|words| !words.is_empty()) {
            return Err(Failed("The model refused to answer this.".into()));
        }
        for call in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
            self.call(call);
        }
        let grown = choice["delta"]["content"].as_str().unwrap_or_default();
        self.text.push_str(grown);
        Ok(!grown.is_empty())
    }

    fn call(&mut self, call: &Value) {
        let index = call["index"].as_u64().and_then(|index| usize::try_from(index).ok()).unwrap_or_default();
        if index >= MOST_CALLS {
            return;
        }
        if self.calls.len() <= index {
            self.calls.resize_with(index + 1, Default::default);
        }
        let (name, arguments) = &mut self.calls[index];
        name.push_str(call["function"]["name"].as_str().unwrap_or_default());
        arguments.push_str(call["function"]["arguments"].as_str().unwrap_or_default());
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Why the model stopped, if it said so and the stream came to its end.
    pub fn finish(&self) -> Option<&str> {
        self.finish.as_deref().filter(|_| self.done)
    }

    /// The arguments with which a function was called, if it was and all of them are there.
    pub fn called(&self, name: &str) -> Option<&str> {
        self.finish()?;
        self.calls.iter().find(|(called, _)| called == name).map(|(_, arguments)| arguments.as_str())
    }
}
