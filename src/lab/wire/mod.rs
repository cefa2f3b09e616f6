//! Wire: AWS request and response formats.
