use serde_json::{Value, json};

use crate::{
    clock::Clock,
    lab::{
        Lab, LabSettings,
        door::tests::http,
        world::reference::{SEOUL, TOKYO},
    },
};

async fn lab() -> Lab {
    Lab::start(LabSettings::new(7, Clock::at_speed(20.0))).await.unwrap()
}

/// Status and body of a request to the control door.
async fn ask(lab: &Lab, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let address = lab.info().control.strip_prefix("http://").unwrap();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = http(address, &request).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

async fn site(lab: &Lab, region: &str) -> String {
    let address = lab.info().sites[region].http.strip_prefix("http://").unwrap().to_owned();
    http(&address, "GET / HTTP/1.1\r\nhost: www.example.com\r\nconnection: close\r\n\r\n").await
}

#[tokio::test]
async fn what_is_broken_by_the_control_door_is_felt_at_the_site_and_healed() {
    let lab = lab().await;
    let asked = json!({ "kind": "app-failing", "with": { "region": SEOUL.code, "status": "503" } });
    let (status, answer) = ask(&lab, "POST", "/do/break", &asked).await;
    assert_eq!((status, &answer["name"]), (200, &json!("b1")));
    assert!(site(&lab, SEOUL.code).await.starts_with("HTTP/1.1 503 "));
    assert!(site(&lab, TOKYO.code).await.starts_with("HTTP/1.1 200 "));
    let (_, state) = ask(&lab, "GET", "/do/state", &Value::Null).await;
    assert_eq!(state["broken"][0]["kind"], "app-failing");
    let (status, answer) = ask(&lab, "POST", "/do/heal", &json!({ "all": true })).await;
    assert_eq!((status, &answer["healed"]), (200, &json!(["b1"])));
    assert!(site(&lab, SEOUL.code).await.starts_with("HTTP/1.1 200 "));
    let (_, truth) = ask(&lab, "GET", "/do/truth?from=0", &Value::Null).await;
    let what: Vec<&str> =
        truth["transitions"].as_array().unwrap().iter().filter_map(|one| one["what"].as_str()).collect();
    assert!(what.contains(&"lab.breaks") && what.contains(&"lab.heals"), "{what:?}");
}

#[tokio::test]
async fn a_lost_region_takes_no_connection_while_it_is_lost() {
    let lab = lab().await;
    let asked = json!({ "kind": "region-lost", "with": { "region": SEOUL.code } });
    assert_eq!(ask(&lab, "POST", "/do/break", &asked).await.0, 200);
    let dark = lab.with_world(|world| world.is_dark(SEOUL.balancer[0].into()));
    assert!(dark);
    assert_eq!(ask(&lab, "POST", "/do/heal", &json!({ "names": ["b1"] })).await.0, 200);
    assert!(site(&lab, SEOUL.code).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn rules_are_put_in_force_all_or_none_and_shown_where_they_are_wrong() {
    let lab = lab().await;
    let asked = json!({ "rules": ["ec2:* throttle", "ec2:* throtle"] });
    let (status, answer) = ask(&lab, "POST", "/do/misbehave", &asked).await;
    assert_eq!(status, 400);
    assert!(answer["shown"].as_str().unwrap().contains("did you mean `throttle`?"), "{answer}");
    let (_, state) = ask(&lab, "GET", "/do/state", &Value::Null).await;
    assert_eq!(state["rules"], json!([]));
    let (status, answer) = ask(&lab, "POST", "/do/misbehave", &json!({ "rules": ["ec2:* throttle"] })).await;
    assert_eq!((status, answer), (200, json!({ "names": ["m1"] })));
}

#[tokio::test]
async fn what_is_not_understood_is_told_and_changes_nothing() {
    let lab = lab().await;
    let cases = [
        ("GET", "/do/brake", Value::Null, 404, "did you mean /do/break?"),
        ("GET", "/do/break", Value::Null, 405, "/do/break takes POST"),
        ("POST", "/do/break", json!({ "kind": "app-donw" }), 400, "did you mean `app-down`?"),
        ("POST", "/do/break", json!({ "what": "x" }), 400, "unknown field `what`"),
        ("POST", "/do/heal", json!({}), 400, "say what to heal"),
        ("POST", "/do/heal", json!({ "names": ["b7"] }), 404, "is called `b7`"),
        ("GET", "/do/truth?form=1", Value::Null, 400, "from=N"),
    ];
    for (method, path, body, status, said) in cases {
        let (got, answer) = ask(&lab, method, path, &body).await;
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(got == status && error.contains(said), "{method} {path}: {got} {answer}");
    }
    let (_, state) = ask(&lab, "GET", "/do/state", &Value::Null).await;
    assert_eq!((&state["broken"], &state["rules"]), (&json!([]), &json!([])));
}
