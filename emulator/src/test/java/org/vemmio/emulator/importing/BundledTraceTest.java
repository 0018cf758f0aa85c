package org.vemmio.emulator.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.Verdict;

/// The trace of a real KVM, while firmware ran.
class BundledTraceTest {
    private static final Path TRACE = Path.of("../testdata/traces/seabios-q35.kvm-trace.gz");

    private static List<String> lines() throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(TRACE)), StandardCharsets.ISO_8859_1))) {
            return reader.lines().toList();
        }
    }

    @Test
    void everyAccessIsAccountedFor() throws IOException {
        ImportSummary summary = imported().summary();
        assertThat(summary.lines()).isEqualTo(lines().size());
        assertThat(summary.accesses()).isEqualTo(lines().stream().filter(line -> line.contains("kvm_mmio")).count());
        assertThat(summary.instructions())
                .isEqualTo(lines().stream().filter(line -> line.contains("kvm_emulate_insn")).count());
    }

    @Test
    void theInstructionsBecomeTrapsAndAgree() throws IOException {
        Imported imported = imported();
        assertThat(imported.traps()).hasSizeGreaterThanOrEqualTo((int) (imported.summary().instructions() * 99 / 100));
        try (Replay replay = Replay.builder().build()) {
            assertThat(imported.traps()).allMatch(trap -> replay.replay(trap).verdict() == Verdict.AGREED);
        }
    }

    /// The trace lost events without saying so, here while the screen was cleared.
    @Test
    void aRepetitionEndsWhereElementsAreMissing() throws IOException {
        List<RecordedTrap> clears = imported().traps().stream().filter(trap -> trap.gpa() == 0xb8154).toList();
        assertThat(clears).isNotEmpty();
        assertThat(clears.getFirst().accesses().getLast().gpa()).isEqualTo(0xb81ae);
    }

    private static Imported imported() throws IOException {
        try (InputStream in = Files.newInputStream(TRACE)) {
            return Imported.of("kvm-trace", in);
        }
    }
}
