package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingReader;

/// Replays for tests, and what they are held against.
final class Replays {
    private Replays() {
    }

    static Replay.Builder builder(String handler, String policy) {
        return Replay.builder().engine(engine(handler, policy));
    }

    static MmioEngine.Builder engine(String handler, String policy) {
        return MmioEngine.builder().handler(TrapHandlers.named(handler)).policy(FailurePolicy.preset(policy));
    }

    static ReplayResult replay(RecordedTrap trap, String handler) {
        return replay(trap, builder(handler, "propagate"));
    }

    static ReplayResult replay(RecordedTrap trap, Replay.Builder builder) {
        try (Replay replay = builder.build()) {
            return replay.replay(trap);
        }
    }

    static ReplaySummary replayAll(String recording, Replay.Builder builder) {
        ReplaySummary summary = new ReplaySummary(10);
        try (Replay replay = builder.build(); RecordingReader reader = RecordingReader.ofResource(recording)) {
            reader.forEachRemaining(trap -> summary.add(replay.replay(trap)));
        }
        return summary;
    }

    static void assertAgreed(ReplayResult result) {
        assertThat(result.differences()).isEmpty();
        assertThat(result.verdict()).isEqualTo(Verdict.AGREED);
    }

    static void assertRefused(ReplayResult result) {
        assertThat(result.differences()).isEmpty();
        assertThat(result.verdict()).isEqualTo(Verdict.REFUSED);
    }

    static void assertDisagreed(ReplayResult result, Difference... differences) {
        assertDisagreed(result, List.of(differences));
    }

    static void assertDisagreed(ReplayResult result, List<Difference> differences) {
        assertThat(result.differences()).isEqualTo(differences);
        assertThat(result.verdict()).isEqualTo(Verdict.DISAGREED);
    }
}
