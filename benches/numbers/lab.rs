//! Lab: how soon a lab of its own process is ready, and how many calls its AWS endpoint answers.
//! Invariant: the client repeats one signed request in its bytes, so that the lab is measured, not an SDK.
//! Used by: `main`.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    process::Stdio,
    thread,
    time::Duration,
};

use firedrill::{clock::Clock, lab::door::LabInfo};

use super::{
    broken::Broken,
    process::{Running, firedrill},
    ratio,
    sign::{self, Scope},
};

const STARTS: usize = 10;
const CLIENTS: usize = 4;
const CALLS: usize = 5_000;

/// A read as most are; the lab is told to refuse none for its rate.
const CALL: &str = "Action=DescribeGlobalClusters&Version=2014-10-31";

/// Prints both. Neither has a bound: what waits for the lab is a person or a test.
pub(crate) fn measure() -> Result<(), Broken> {
    let mut ready = Vec::new();
    for _ in 1..STARTS {
        ready.push(start()?.2.as_secs_f64() * 1e3);
    }
    let (_lab, info, last) = start()?;
    ready.push(last.as_secs_f64() * 1e3);
    let what = format!("lab up is ready, median of {STARTS}");
    ratio::fact("lab", &what, &format!("{:>9.3} ms", ratio::median(&mut ready)));
    calls(&info)
}

/// A lab that answers, where it is, and how long that took.
fn start() -> Result<(Running, LabInfo, Duration), Broken> {
    let clock = Clock::real_time();
    let mut lab =
        Running::start(firedrill().args(["lab", "up", "--json", "--unlimited"]).stdout(Stdio::piped()))?;
    let output = lab.child().stdout.take();
    let output = output.ok_or_else(|| Broken::Otherwise("the lab has no output".to_owned()))?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).map_err(Broken::io("the lab did not say where it is"))?;
    let took = clock.now().mono;
    let info = serde_json::from_str(&line).map_err(Broken::unreadable("where the lab is"))?;
    Ok((lab, info, took))
}

fn calls(info: &LabInfo) -> Result<(), Broken> {
    let host = info.aws_endpoint.trim_start_matches("http://");
    let scope = Scope {
        access_key_id: &info.access_key_id,
        secret_access_key: &info.secret_access_key,
        region: info.regions.first().map_or("", String::as_str),
        service: "rds",
    };
    let moment = Clock::real_time().now().wall.strftime("%Y%m%dT%H%M%SZ").to_string();
    let request = sign::post(&scope, host, &moment, CALL);
    let clock = Clock::real_time();
    let clients: Vec<Result<Vec<f64>, Broken>> = thread::scope(|scope| {
        let started: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(|| client(host, &request))).collect();
        let bug = |_| Err(Broken::Otherwise("a client ended in a bug".to_owned()));
        started.into_iter().map(|client| client.join().unwrap_or_else(bug)).collect()
    });
    let took = clock.now().mono.as_secs_f64();
    let mut millis = clients.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let rate = millis.len() as f64 / took;
    let what = format!("describe calls, {CLIENTS} keep-alive clients");
    let (middle, late) = (ratio::median(&mut millis), ratio::percentile(&mut millis, 99));
    ratio::fact("lab", &what, &format!("{rate:>9.0} a second, median {middle:.3} ms, p99 {late:.3} ms"));
    Ok(())
}

/// Makes the calls one after another on one connection; the milliseconds of each.
fn client(host: &str, request: &[u8]) -> Result<Vec<f64>, Broken> {
    let doing = || Broken::io("the lab did not answer a call");
    let mut stream = TcpStream::connect(host).map_err(doing())?;
    stream.set_nodelay(true).map_err(doing())?;
    let mut answers = BufReader::new(stream.try_clone().map_err(doing())?);
    let clock = Clock::real_time();
    let mut millis = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let sent = clock.now();
        stream.write_all(request).map_err(doing())?;
        answer(&mut answers)?;
        millis.push(clock.now().since(sent).as_secs_f64() * 1e3);
    }
    Ok(millis)
}

/// Reads one answer to its last byte; anything but a success is an error.
fn answer(from: &mut impl BufRead) -> Result<(), Broken> {
    let doing = || Broken::io("the lab's answer broke off");
    let (mut status, mut length) = (String::new(), 0);
    from.read_line(&mut status).map_err(doing())?;
    loop {
        let mut header = String::new();
        from.read_line(&mut header).map_err(doing())?;
        match header.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length =
                    value.trim().parse().map_err(Broken::unreadable("the length of the lab's answer"))?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).map_err(doing())?;
    if status.contains(" 200") && !body.is_empty() {
        return Ok(());
    }
    Err(Broken::Otherwise(format!("the lab refused a call: {status}{}", String::from_utf8_lossy(&body))))
}
