//! Discovery: what is found in worlds of many kinds, and that its files run as they are.

mod doubts;
mod files;
mod stage;
mod worlds;
