//! The reader's clock: that of their device, or of the time zone that they have chosen. By reflection: what a browser
//! does not know must not end the page.

use js_sys::{Array, Date, Function, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

use crate::{domain::Time, ui::browser::minutes_of};

/// How far east of UTC the reader's clock is at a time, in minutes. A time zone that the browser does not know is as if
/// none had been chosen.
pub fn clock_of(zone: Option<&str>) -> impl Fn(Time) -> i64 + use<> {
    let zoned = zone.and_then(formatter);
    move |time| {
        let millis = JsValue::from_f64(time.millis() as f64);
        let chosen = zoned.as_ref().and_then(|format| format.call1(&JsValue::UNDEFINED, &millis).ok());
        let chosen = chosen.and_then(|text| minutes_of(&text.as_string()?));
        chosen.unwrap_or_else(|| -(Date::new(&millis).get_timezone_offset() as i64))
    }
}

/// Writes a time with how far the time zone is from UTC (ECMA-402, `Intl.DateTimeFormat`).
fn formatter(zone: &str) -> Option<Function> {
    let options = Object::new();
    for (name, value) in [("timeZone", zone), ("timeZoneName", "longOffset")] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    let constructor: Function = Reflect::get(&intl()?, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    let arguments = Array::of2(&"en-US".into(), &options);
    let format = Reflect::construct(&constructor, &arguments).ok()?;
    Reflect::get(&format, &"format".into()).ok()?.dyn_into().ok()
}

fn intl() -> Option<JsValue> {
    Reflect::get(&window(), &"Intl".into()).ok()
}

/// All time zones that the browser knows, by name.
#[must_use]
pub fn time_zones() -> Vec<String> {
    find_time_zones().unwrap_or_default()
}

fn find_time_zones() -> Option<Vec<String>> {
    let intl = intl()?;
    let list: Function = Reflect::get(&intl, &"supportedValuesOf".into()).ok()?.dyn_into().ok()?;
    let names: Array = list.call1(&intl, &JsValue::from("timeZone")).ok()?.dyn_into().ok()?;
    Some(names.iter().filter_map(|name| name.as_string()).collect())
}
