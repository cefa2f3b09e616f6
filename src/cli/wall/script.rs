//! Script: what runs in the browser that a run is shown in.
//! Invariant: reads events and shows them; sends nothing.
//! Used by: `feed` puts it into the page, `door` allows it by its hash.

/// The page's only script: takes each new state in, and says when the connection is lost.
pub(super) const SCRIPT: &str = "const live=document.getElementById('live'),lost=document.getElementById('lost');\
const events=new EventSource('/events');\
events.onmessage=event=>{live.innerHTML=event.data};\
events.onopen=()=>{lost.hidden=true};events.onerror=()=>{lost.hidden=false};";
