//! The law of the inbox: every entry of a journal once, and in order.

/// How far a journal has been let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sequence {
    last: u64,
}

/// What is to be done with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is the next one: let it through.
    Deliver,
    /// It was let through before: drop it.
    Double,
    /// Entries are missing: read the journal after this one.
    Gap {
        /// The last entry that was let through.
        after: u64,
    },
}

impl Sequence {
    /// A journal that was let through up to this entry; 0 for nothing.
    pub(crate) const fn after(last: u64) -> Self {
        Self { last }
    }

    /// Judges an entry; one to deliver counts as let through.
    pub(crate) const fn take(&mut self, seq: u64) -> Step {
        if seq <= self.last {
            Step::Double
        } else if seq == self.last + 1 {
            self.last = seq;
            Step::Deliver
        } else {
            Step::Gap { after: self.last }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets frames through as the inbox does: a gap is filled from the journal.
    fn fold(journal: u64, frames: &[u64]) -> Vec<u64> {
        let mut sequence = Sequence::after(0);
        let mut let_through = Vec::new();
        for frame in frames.iter().copied().chain([journal]) {
            match sequence.take(frame) {
                Step::Deliver => let_through.push(frame),
                Step::Double => {}
                Step::Gap { after } => {
                    for seq in after + 1..=journal {
                        if sequence.take(seq) == Step::Deliver {
                            let_through.push(seq);
                        }
                    }
                }
            }
        }
        let_through
    }

    #[test]
    fn frames_dropped_doubled_and_reordered_give_the_journal() {
        let whole: Vec<u64> = (1..=40).collect();
        let mut dice = 0x2545_F491_4F6C_DD1D_u64;
        let mut roll = |most: u64| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            dice % most
        };
        for _ in 0..500 {
            let mut frames = Vec::new();
            for seq in 1..=40 {
                for _ in 0..[0, 1, 1, 2][roll(4) as usize] {
                    frames.push(seq);
                }
            }
            for place in 1..frames.len() {
                if roll(3) == 0 {
                    frames.swap(place - 1, place);
                }
            }
            assert_eq!(fold(40, &frames), whole, "{frames:?}");
        }
    }

    #[test]
    fn a_missing_entry_says_where_to_read_on() {
        let mut sequence = Sequence::after(7);
        assert_eq!(sequence.take(7), Step::Double);
        assert_eq!(sequence.take(8), Step::Deliver);
        assert_eq!(sequence.take(11), Step::Gap { after: 8 });
        assert_eq!(sequence.take(9), Step::Deliver);
    }
}
