package org.vemmio.emulator.scenario.run;

import java.util.List;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioExpectation;
import org.vemmio.emulator.scenario.ScenarioPolicy;

/// What became of a scenario under one policy. Immutable.
///
/// @param policy the policy it was played under, with what it expects
/// @param timeline what was done and what came of it, in order; the first entry is the state at the start
/// @param end how it ended for the guest; of interleavings, the worst
/// @param outcome what came out, to be held against the policy's expectation
public record ScenarioResult(ScenarioPolicy policy, List<TimelineEntry> timeline, ScenarioEnd end,
        ScenarioExpectation outcome) {
    /// Creates a result; the list is copied.
    public ScenarioResult {
        timeline = List.copyOf(timeline);
    }

    /// {@return in what the outcome differs from what the policy expects, a line for each key of the file; empty if it
    /// does not}
    public List<String> differences() {
        return policy.expectation().differences(outcome);
    }
}
