//! Audits for the page: bytes in, a report out.

use std::time::Duration;

use hc_core::audit::Embedded;
use hc_core::error::{Code, InputError};
use hc_core::firewall::Policy;
use hc_core::given::Given;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::outcome::{FormatInfo, Outcome};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the beginning of 1970.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
}

/// The embedded firewall: at first with the built-in policy and the starter set of advisories.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Auditor {
    firewall: Embedded,
    policy_text: String,
    /// Whether somebody chose the policy, so that it overrules what comes with the files.
    is_chosen: bool,
}

#[wasm_bindgen]
impl Auditor {
    /// An auditor that knows what is built in.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "JavaScript constructs it")]
    pub fn new() -> Self {
        std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
        let mut firewall = Embedded::default();
        firewall.set_now(Duration::try_from_secs_f64(date_now() / 1000.0).unwrap_or_default());
        Self {
            firewall,
            policy_text: Policy::BUILT_IN.to_owned(),
            is_chosen: false,
        }
    }

    /// The kinds of dependency files that can be read.
    #[wasm_bindgen(unchecked_return_type = "FormatInfo[]")]
    pub fn formats(&self) -> Result<JsValue, JsValue> {
        to_js(&FormatInfo::all())
    }

    /// Puts a policy in force, whatever policies come with the files. Throws a `Failure`.
    #[wasm_bindgen(js_name = setPolicy)]
    pub fn set_policy(&mut self, name: &str, toml: String) -> Result<(), JsValue> {
        let policy = Policy::parse(name, toml.as_bytes()).map_err(thrown)?;
        self.firewall.set_policy(policy, name);
        self.policy_text = toml;
        self.is_chosen = true;
        Ok(())
    }

    /// Goes back to the built-in policy.
    #[wasm_bindgen(js_name = resetPolicy)]
    pub fn reset_policy(&mut self) {
        self.firewall.reset_policy();
        Policy::BUILT_IN.clone_into(&mut self.policy_text);
        self.is_chosen = false;
    }

    /// The policy in force, as TOML.
    #[wasm_bindgen(js_name = policyText)]
    pub fn policy_text(&self) -> String {
        self.policy_text.clone()
    }

    /// Adds the advisories in a zip or JSON file. Throws a `Failure`.
    #[wasm_bindgen(js_name = addAdvisories, unchecked_return_type = "FirewallInfo")]
    pub fn add_advisories(&mut self, name: &str, bytes: &[u8]) -> Result<JsValue, JsValue> {
        self.firewall.add_advisories(name, bytes).map_err(thrown)?;
        self.firewall()
    }

    /// Goes back to the starter set of advisories.
    #[wasm_bindgen(js_name = resetAdvisories, unchecked_return_type = "FirewallInfo")]
    pub fn reset_advisories(&mut self) -> Result<JsValue, JsValue> {
        self.firewall.reset_advisories();
        self.firewall()
    }

    /// Audits what was given. What cannot be read is among the outcome's failures.
    #[wasm_bindgen(unchecked_return_type = "Outcome")]
    pub fn audit(&mut self, files: GivenFiles) -> Result<JsValue, JsValue> {
        to_js(&Outcome::from(files.0.audit(&mut self.firewall, self.is_chosen)))
    }

    /// Which firewall gives the verdicts, and with what knowledge.
    #[wasm_bindgen(unchecked_return_type = "FirewallInfo")]
    pub fn firewall(&self) -> Result<JsValue, JsValue> {
        to_js(&self.firewall.info())
    }
}

/// Files that were given: of which of them the bytes are needed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct GivenFiles(Given);

#[wasm_bindgen]
impl GivenFiles {
    /// Files of these paths; those of a folder begin with its name and a slash.
    #[wasm_bindgen(constructor)]
    pub fn new(paths: Vec<String>) -> Self {
        Self(Given::new(paths))
    }

    /// The files whose bytes must be given next; none once they can be audited.
    pub fn needs(&mut self) -> Vec<String> {
        self.0.needs()
    }

    /// Gives the bytes of a file.
    pub fn give(&mut self, path: String, bytes: Vec<u8>) {
        self.0.give(path, Ok(bytes));
    }

    /// Says that the browser does not give the bytes of a file, as of one that was changed or moved since.
    pub fn refuse(&mut self, path: String) {
        let error = InputError::new(Code::Unreadable, &path, "the browser could not read it")
            .help("if the file was changed or moved since, give it again");
        self.0.give(path, Err(error));
    }
}

/// A plain JavaScript value, as `JSON.parse` would give it.
fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

/// The `Failure` to throw.
#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn thrown(error: InputError) -> JsValue {
    to_js(&error).unwrap_or_else(|error| error)
}
