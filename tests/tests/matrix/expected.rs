//! What everybody may do, as the product promises it. A change of
//! `contract/src/power.rs` that is meant is made here as well.

/// Who asks, column by column.
pub const WHO: [&str; 7] = [
    "the owner",
    "an adult",
    "a child",
    "a guest",
    "the kiosk",
    "another family's owner",
    "a stranger",
];

/// What must come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It is done.
    Done,
    /// A member who lacks the power.
    Lacks,
    /// As if the family did not exist.
    Absent,
}

use Cell::{Absent as A, Done as Y, Lacks as N};

/// Every command, in the order of [`WHO`].
pub const EXPECTED: &[(&str, [Cell; 7])] = &[
    ("family.create", [Y, Y, Y, Y, N, Y, Y]),
    ("family.mine", [Y, Y, Y, Y, Y, Y, Y]),
    ("family.listen", [Y, Y, Y, Y, N, Y, Y]),
    ("family.farewell", [Y, Y, Y, Y, N, Y, Y]),
    ("family.offer", [Y, Y, Y, Y, N, Y, Y]),
    ("family.join", [Y, Y, Y, Y, N, Y, Y]),
    ("family.members", [Y, Y, Y, Y, Y, A, A]),
    ("family.journal", [Y, Y, Y, Y, Y, A, A]),
    ("family.rename", [Y, N, N, N, N, A, A]),
    ("family.leave", [Y, Y, Y, Y, N, A, A]),
    ("family.remove", [Y, N, N, N, N, A, A]),
    ("family.set_role", [Y, N, N, N, N, A, A]),
    ("family.hand_over", [Y, N, N, N, N, A, A]),
    ("family.invite", [Y, Y, N, N, N, A, A]),
    ("family.invitations", [Y, Y, N, N, N, A, A]),
    ("family.revoke", [Y, Y, N, N, N, A, A]),
    ("family.audit", [Y, Y, N, N, N, A, A]),
    ("device.list", [Y, Y, Y, Y, Y, A, A]),
    ("device.rename", [Y, Y, N, N, N, A, A]),
    ("device.remove", [Y, Y, N, N, N, A, A]),
    ("pairing.pair", [Y, Y, N, N, N, A, A]),
    ("pantry.list", [Y, Y, Y, Y, Y, A, A]),
    ("pantry.add", [Y, Y, Y, Y, Y, A, A]),
    ("pantry.remove", [Y, Y, Y, Y, Y, A, A]),
    ("pantry.changes", [Y, Y, Y, Y, Y, A, A]),
    ("pantry.settle", [Y, Y, Y, Y, Y, A, A]),
    ("picture.address", [Y, Y, Y, N, Y, A, A]),
    ("live.cameras", [Y, Y, Y, N, Y, A, A]),
    ("live.look", [Y, Y, Y, N, Y, A, A]),
    ("live.watch", [Y, Y, Y, N, Y, A, A]),
    ("meter.now", [Y, Y, N, N, Y, A, A]),
    ("meter.day", [Y, Y, N, N, Y, A, A]),
    ("meter.look", [Y, Y, N, N, Y, A, A]),
    ("alarm.open", [Y, Y, Y, Y, Y, A, A]),
    ("alarm.acknowledge", [Y, Y, Y, Y, Y, A, A]),
    ("control.list", [Y, Y, Y, Y, Y, A, A]),
    ("control.place", [Y, Y, N, N, Y, A, A]),
    ("control.withdraw", [Y, Y, N, N, Y, A, A]),
];
