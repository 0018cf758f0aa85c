package org.vemmio.emulator.confidential;

import java.util.List;

/// What became of a scenario under one policy. Immutable.
///
/// @param policy the policy
/// @param timeline what was done and what came of it, in order; the first moment is the state at the start
/// @param end how it ended
/// @param outcome what came out, to be held against the policy's expectation
public record Account(ScenarioPolicy policy, List<Moment> timeline, End end, Expectation outcome) {
    /// Creates an account; the list is copied.
    public Account {
        timeline = List.copyOf(timeline);
    }

    /// {@return in what the outcome differs from what the scenario expects, a line each; empty if it does not}
    public List<String> differences() {
        return policy.expectation().differences(outcome);
    }
}
