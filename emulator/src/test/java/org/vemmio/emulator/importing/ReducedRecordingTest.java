package org.vemmio.emulator.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;
import org.vemmio.decoder.Decoder;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.Verdict;

/// A recording with all registers, reduced to what KVM's events tell, and imported again.
class ReducedRecordingTest {
    private static List<RecordedTrap> recorded() {
        try (RecordingReader reader = RecordingReader.ofResource(TestTraps.DRIVERS)) {
            return reader.stream().toList();
        }
    }

    private static Imported imported(List<String> lines) {
        return Imported.of("kvm-trace",
                new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void judgesAsTheFullRecordingDoes(boolean matches) {
        List<RecordedTrap> recorded = recorded();
        List<String> lines = new ArrayList<>();
        try (Decoder decoder = Decoder.open()) {
            KvmTracePrinter printer = new KvmTracePrinter(decoder, "CPU 0/KVM-2807", matches, lines::add, new long[1]);
            recorded.forEach(printer::print);
        }
        Imported imported = imported(lines);
        assertThat(imported.traps().size()).as("%s", imported.summary().instructionsLeft())
                .isGreaterThanOrEqualTo(recorded.size() * 99 / 100);
        assertThat(imported.summary().instructions()).isEqualTo(recorded.size());
        assertThat(imported.summary().accesses()).isEqualTo(lines.stream().filter(line -> line.contains("kvm_mmio"))
                .count());
        List<RecordedTrap> originals = originals(recorded, imported.traps());
        for (String handler : List.of("architectural", "linux-tdx", "linux-sev")) {
            Map<String, Integer> others = new TreeMap<>();
            try (Replay replay = Replay.builder()
                    .engine(MmioEngine.builder().handler(TrapHandlers.named(handler)))
                    .kernelScope(Replay.KernelScope.TRAP).build()) {
                for (int i = 0; i < originals.size(); i++) {
                    Verdict expected = replay.replay(originals.get(i)).verdict();
                    Verdict got = replay.replay(imported.traps().get(i)).verdict();
                    if (got != expected) {
                        others.merge("%s, not %s: %s of %s".formatted(got, expected, imported.traps().get(i),
                                originals.get(i)), 1, Integer::sum);
                    }
                }
            }
            assertThat(others).as(handler).isEmpty();
        }
    }

    /// Returns the recorded trap that each imported one was made of.
    private static List<RecordedTrap> originals(List<RecordedTrap> recorded, List<RecordedTrap> imported) {
        List<RecordedTrap> originals = new ArrayList<>();
        int next = 0;
        for (RecordedTrap trap : imported) {
            while (recorded.get(next).rip() != trap.rip()
                    || !recorded.get(next).accesses().equals(trap.accesses())) {
                next++;
            }
            originals.add(recorded.get(next++));
        }
        return originals;
    }
}
