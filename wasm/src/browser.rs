//! Audits for the page: bytes in, a report out.

use std::time::Duration;

use hc_core::audit::Embedded;
use hc_core::error::InputError;
use hc_core::firewall::Policy;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::outcome::{FormatInfo, Outcome};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[wasm_bindgen]
extern "C" {
    /// A file that the page hands in.
    #[wasm_bindgen(typescript_type = "SourceFile")]
    pub type SourceFile;

    #[wasm_bindgen(method, getter)]
    fn path(this: &SourceFile) -> String;
    #[wasm_bindgen(method, getter)]
    fn bytes(this: &SourceFile) -> Vec<u8>;

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
        }
    }

    /// The kinds of dependency files that can be read.
    #[wasm_bindgen(unchecked_return_type = "FormatInfo[]")]
    pub fn formats(&self) -> Result<JsValue, JsValue> {
        to_js(&FormatInfo::all())
    }

    /// Puts a policy in force. Throws a `Failure`.
    #[wasm_bindgen(js_name = setPolicy)]
    pub fn set_policy(&mut self, name: &str, toml: String) -> Result<(), JsValue> {
        let policy = Policy::parse(name, toml.as_bytes()).map_err(thrown)?;
        self.firewall.set_policy(policy, name);
        self.policy_text = toml;
        Ok(())
    }

    /// Goes back to the built-in policy.
    #[wasm_bindgen(js_name = resetPolicy)]
    pub fn reset_policy(&mut self) {
        self.firewall.reset_policy();
        Policy::BUILT_IN.clone_into(&mut self.policy_text);
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

    /// Audits the files. What cannot be read is among the outcome's failures.
    #[wasm_bindgen(unchecked_return_type = "Outcome")]
    pub fn audit(&self, files: Vec<SourceFile>) -> Result<JsValue, JsValue> {
        let files = files.iter().map(|file| (file.path(), file.bytes())).collect();
        to_js(&Outcome::of(&self.firewall, files))
    }

    /// Which firewall gives the verdicts, and with what knowledge.
    #[wasm_bindgen(unchecked_return_type = "FirewallInfo")]
    pub fn firewall(&self) -> Result<JsValue, JsValue> {
        to_js(&self.firewall.info())
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
