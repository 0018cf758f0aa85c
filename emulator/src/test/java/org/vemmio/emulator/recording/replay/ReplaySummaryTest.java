package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.recording.replay.Replays.builder;
import static org.vemmio.emulator.recording.replay.Replays.replayAll;

import org.junit.jupiter.api.Test;
import org.vemmio.emulator.outcome.OutcomeKind;
import org.vemmio.emulator.recording.TestTraps;
import org.vemmio.emulator.recording.TrapLabels;
import org.vemmio.emulator.recording.file.RecordingReader;

class ReplaySummaryTest {
    @Test
    void summarises() {
        ReplaySummary summary = replayAll(TestTraps.DRIVERS, builder("linux-tdx", "linux-6.12"));
        long refused = summary.total().refused();
        assertThat(summary.total()).isEqualTo(new ReplaySummary.Tally(49633 - refused, 0, refused));
        assertThat(summary.outcomes().get(OutcomeKind.EMULATED).agreed()).isEqualTo(49633 - refused);
        assertThat(summary.outcomes().get(OutcomeKind.GENERAL_PROTECTION).refused()).isEqualTo(refused);
        assertThat(summary.failures().values().stream().mapToLong(ReplaySummary.Tally::refused).sum())
                .isEqualTo(refused);
        assertThat(summary.failures()).doesNotContainKey("fetch-fault");
        assertThat(summary.failures().get("string-move")).isEqualTo(new ReplaySummary.Tally(0, 0, 4));
        assertThat(summary.forms().get("movzx r32, m16")).isEqualTo(new ReplaySummary.Tally(2235, 0, 0));
        assertThat(summary.forms().get("rep movsb")).isEqualTo(new ReplaySummary.Tally(0, 0, 516));
        assertThat(summary.forms().values().stream().mapToLong(ReplaySummary.Tally::total).sum()).isEqualTo(49633);
        assertThat(summary.devices().get("hpet").total()).isEqualTo(941);
        assertThat(summary.devices().get(TrapLabels.NO_DEVICE).total()).isEqualTo(2139);
        assertThat(summary.devices().values().stream().mapToLong(ReplaySummary.Tally::total).sum()).isEqualTo(49633);
    }

    @Test
    void keepsTheFirstDisagreements() {
        ReplaySummary summary = new ReplaySummary(2);
        try (Replay replay = builder("linux-tdx", "propagate").build();
                RecordingReader reader = RecordingReader.ofResource(TestTraps.INTEGER)) {
            reader.stream().limit(10).forEach(trap -> summary.add(replay.replay(trap)));
        }
        assertThat(summary.total()).isEqualTo(new ReplaySummary.Tally(0, 10, 0));
        assertThat(summary.disagreements()).extracting(result -> result.trap().line()).containsExactly(2, 3);
    }
}
