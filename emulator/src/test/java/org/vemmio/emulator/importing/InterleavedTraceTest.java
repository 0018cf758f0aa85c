package org.vemmio.emulator.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.Verdict;

/// A trace of two virtual processors, made out of a recording: a line of the one, a line of the other, as chance has
/// it; with linear addresses, with instructions that access no device, and with lines that are lost.
class InterleavedTraceTest {
    private static final int TRAPS = 3000;
    private static final int LONGEST = 100;
    private static final String[] THREADS = {"CPU 0/KVM-2807", "CPU 1/KVM-2808"};

    private static List<RecordedTrap> recorded;

    private final Random random;
    private final List<List<String>> lines = List.of(new ArrayList<>(), new ArrayList<>());

    InterleavedTraceTest(RepetitionInfo repetition) {
        long seed = System.nanoTime() + repetition.getCurrentRepetition();
        System.out.println("InterleavedTraceTest: seed " + seed);
        random = new Random(seed);
    }

    @BeforeAll
    static void read() {
        try (RecordingReader reader = RecordingReader.ofResource(TestTraps.DRIVERS)) {
            recorded = reader.stream().filter(trap -> trap.accesses().size() <= LONGEST)
                    .filter(trap -> trap.mode() != CodeMode.CODE64 || trap.line() % 10 == 0).limit(TRAPS).toList();
        }
    }

    private List<String> interleaved() {
        long[] clock = new long[1];
        try (Decoder decoder = Decoder.open()) {
            for (int i = 0; i < recorded.size(); i++) {
                int processor = random.nextInt(2);
                KvmTracePrinter printer = new KvmTracePrinter(decoder, THREADS[processor], true,
                        lines.get(processor)::add, clock);
                if (random.nextInt(4) == 0) {
                    printer.event("kvm_emulate_insn: 0:%x:0f a2 (prot64)".formatted(0x1000 + i));
                }
                printer.print(recorded.get(i));
            }
        }
        List<String> all = new ArrayList<>();
        int[] next = new int[2];
        while (next[0] < lines.get(0).size() || next[1] < lines.get(1).size()) {
            int processor = next[0] == lines.get(0).size() ? 1 : next[1] == lines.get(1).size() ? 0 : random.nextInt(2);
            // The time is that of the line in the whole trace.
            int number = all.size();
            all.add(lines.get(processor).get(next[processor]++).replaceFirst("\\d+\\.\\d{6}",
                    "%d.%06d".formatted(number / 1_000_000, number % 1_000_000)));
        }
        return all;
    }

    private static long accesses(List<String> lines) {
        return lines.stream().filter(line -> line.contains("kvm_mmio")).count();
    }

    private static void assertAllAgree(Imported imported) {
        try (Replay replay = Replay.builder().build()) {
            assertThat(imported.traps()).allMatch(trap -> replay.replay(trap).verdict() == Verdict.AGREED);
        }
    }

    @RepeatedTest(2)
    void bothProcessorsBecomeTraps() {
        List<String> trace = interleaved();
        Imported imported = Imported.kvm(trace);
        assertThat(imported.traps()).hasSize(recorded.size());
        assertThat(imported.summary().accessesInTraps()).isEqualTo(accesses(trace));
        assertThat(imported.summary().instructionsLeft().keySet()).containsExactly(ImportReason.NO_ACCESS);
        assertAllAgree(imported);
    }

    @RepeatedTest(2)
    void whatIsLostCostsNoOtherTrap() {
        List<String> trace = interleaved();
        List<String> lossy = new ArrayList<>();
        int losses = 0;
        for (int i = 0; i < trace.size(); i++) {
            if (random.nextInt(200) == 0) {
                int lost = 1 + random.nextInt(5);
                lossy.add("CPU:0 [LOST %d EVENTS]".formatted(lost));
                i += lost;
                losses++;
            } else {
                lossy.add(trace.get(i));
            }
        }
        Imported imported = Imported.kvm(lossy);
        ImportSummary summary = imported.summary();
        assertThat(summary.lostMarks()).isEqualTo(losses);
        assertThat(summary.accesses()).isEqualTo(accesses(lossy));
        assertThat(summary.accessesLeft().getOrDefault(ImportReason.EVENTS_LOST, 0L)).isPositive();
        // Both processors are on the same one of the host, and each loses an instruction at the most.
        assertThat(imported.traps().size()).isBetween(recorded.size() - 7 * losses, recorded.size());
        assertAreOf(imported.traps());
        assertAllAgree(imported);
    }

    /// Every trap is one of the recorded, or the beginning of one.
    private static void assertAreOf(List<RecordedTrap> traps) {
        Map<Long, List<RecordedTrap>> byRip = recorded.stream()
                .collect(Collectors.groupingBy(RecordedTrap::rip));
        assertThat(traps).allMatch(trap -> byRip.get(trap.rip()).stream().anyMatch(original ->
                original.accesses().size() >= trap.accesses().size()
                        && original.accesses().subList(0, trap.accesses().size()).equals(trap.accesses())));
    }
}
