package org.vemmio.emulator.testing;

import java.util.stream.Collectors;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Difference;
import org.vemmio.emulator.recording.replay.ReplayResult;
import org.vemmio.emulator.recording.replay.Verdict;

/// Assertions about what came of a recorded trap.
public final class ReplayResultAssert extends AbstractRunAssert<ReplayResultAssert, ReplayResult> {
    ReplayResultAssert(ReplayResult actual) {
        super(actual, ReplayResultAssert.class);
    }

    @Override
    Outcome outcome() {
        return actual.outcome();
    }

    @Override
    RecordedTrap trap() {
        return actual.trap();
    }

    @Override
    RegisterChanges registers() {
        return RegisterChanges.between(actual.trap().cpu(), actual.after());
    }

    /// Asserts that everything came out that the recording tells: device accesses, registers, memory.
    public ReplayResultAssert agrees() {
        isNotNull();
        String differences = actual.differences().stream().map(ReplayResultAssert::text)
                .collect(Collectors.joining("; "));
        check(actual.verdict() == Verdict.AGREED, "what the recording tells",
                differences.isEmpty() ? Report.text(actual.verdict()) : differences);
        return this;
    }

    private static String text(Difference difference) {
        return "%s %s: %s instead of %s".formatted(Report.text(difference.kind()), difference.name(),
                difference.got().isEmpty() ? "none" : difference.got(),
                difference.expected().isEmpty() ? "none" : difference.expected());
    }
}
