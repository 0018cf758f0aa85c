package org.vemmio.emulator.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.RecordedTrap;

/// Lines of KVM traces: whose access is whose, and what is left.
class KvmTraceTest {
    private static final String READ = "kvm_emulate_insn: 0:ffffffff8134be37:44 8b 60 60 (prot64)";
    private static final String MATCH = "vcpu_match_mmio: gva 0xffffc90000005060 gpa 0xd0000060 Read GPA";
    private static final String ASKED = "kvm_mmio: mmio unsatisfied-read len 4 gpa 0xd0000060 val 0x0";
    private static final String ANSWERED = "kvm_mmio: mmio read len 4 gpa 0xd0000060 val 0x1";
    private static final String STORE = "kvm_emulate_insn: 0:ffffffff8134c000:89 47 08 (prot64)";
    private static final String STORED = "kvm_mmio: mmio write len 4 gpa 0xfebc0008 val 0xdeadbeef";

    /// Puts a thread, a processor and a time before each event; a blank line is left.
    private static List<String> of(String thread, int cpu, int second, String... events) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < events.length; i++) {
            lines.add(" CPU 0/KVM-%s [%03d] .....  %d.%06d: %s".formatted(thread, cpu, second, i, events[i]));
        }
        return lines;
    }

    private static Imported imported(String... events) {
        return Imported.kvm(of("2807", 0, 4583, events));
    }

    private static void assertLeft(Imported imported, ImportReason reason, int accesses) {
        assertThat(imported.summary().accessesLeft()).isEqualTo(Map.of(reason, (long) accesses));
    }

    // What is printed

    static Stream<List<String>> forms() {
        return Stream.of(
                of("2807", 0, 4583, READ, MATCH, ASKED, ANSWERED),
                // trace-cmd, with its plugin, which tells no mode
                List.of("       CPU 0/KVM-2807  [000]  4583.889109: " + READ.replace("37:", "37: ")
                        .replace(" (prot64)", ""),
                        "       CPU 0/KVM-2807  [000]  4583.889110: " + MATCH.replace(": gva", ":      gva"),
                        "       CPU 0/KVM-2807  [000]  4583.889111: " + ANSWERED.replace(": ", ":            ")),
                // perf script, and perf script with the thread behind the process
                List.of("CPU 0/KVM  2807 [020] 18136.763709:     kvm:" + READ,
                        "CPU 0/KVM  2807 [020] 18136.763710:      kvm:" + MATCH,
                        "CPU 0/KVM  2807 [020] 18136.763711:             kvm:" + ANSWERED),
                List.of("CPU 0/KVM 2800/2807 [020] 18136.763709124: kvm:" + READ,
                        "CPU 0/KVM 2800/2807 [021] 18136.763710001: kvm:" + MATCH,
                        "CPU 0/KVM 2800/2807 [021] 18136.763711002: kvm:" + ANSWERED),
                // ftrace with the thread group, with a comm that is not known, and with four flags
                List.of("           <...>-2807    (   2800) [003] d..2.  4583.889109: " + READ,
                        "       CPU 0/KVM-2807    (   2800) [003] d..2.  4583.889110: " + MATCH,
                        "           <...>-2807    (-------) [003] ....  4583.889111: " + ANSWERED),
                // nothing but the events
                List.of(READ, MATCH, ANSWERED));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void readsWhatEveryProgramPrints(List<String> lines) {
        assertThat(TrapImporters.named("kvm-trace").recognises(lines)).isTrue();
        RecordedTrap trap = Imported.kvm(lines).trap();
        assertThat(trap.mode()).isEqualTo(CodeMode.CODE64);
        assertThat(trap.rip()).isEqualTo(0xffffffff8134be37L);
        assertThat(trap.code()).startsWith(0x44, 0x8b, 0x60, 0x60).hasSize(15);
        assertThat(trap.cpu().gpr(Gpr.RAX)).isEqualTo(0xffffc90000005000L);
        assertThat(trap.gla()).isEqualTo(0xffffc90000005060L);
        assertThat(trap.accesses()).containsExactly(DeviceAccess.read(0xd0000060L, 4, 1));
        assertThat(trap.assumed()).doesNotContain("gla", "regs.rax").contains("cpl", "code[4:]");
    }

    @ParameterizedTest
    @MethodSource("forms")
    void theModeIsAssumedOnlyWhereItIsNotTold(List<String> lines) {
        boolean told = lines.getFirst().contains("prot64");
        assertThat(Imported.kvm(lines).trap().assumed().contains("mode")).isEqualTo(!told);
    }

    @Test
    void readsACompressedTrace() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(String.join("\r\n", of("2807", 0, 1, STORE, STORED)).getBytes());
        }
        assertThat(Imported.of("kvm-trace", new ByteArrayInputStream(bytes.toByteArray())).traps()).hasSize(1);
    }

    @Test
    void worksOutAStoredRegister() {
        RecordedTrap trap = imported(STORE, STORED).trap();
        assertThat(trap.cpu().gpr(Gpr.RAX)).isEqualTo(0xdeadbeefL);
        assertThat(trap.gla()).isEqualTo(0xffff8880febc0008L);
        assertThat(trap.cpu().gpr(Gpr.RDI)).isEqualTo(0xffff8880febc0000L);
        assertThat(trap.assumed()).containsExactly("cpl", "gla", "regs.rdi", "code[3:]");
    }

    // Whose access it is

    @Test
    void keepsVirtualProcessorsApart() {
        List<String> first = of("2807", 0, 1, READ, ASKED, ANSWERED, STORE, STORED);
        List<String> second = of("2808", 1, 1, STORE, STORED, READ, ASKED, ANSWERED);
        List<String> third = of("31", 0, 1, READ, ASKED, ANSWERED);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            lines.add(first.get(i));
            lines.add(second.get(i));
            if (i < third.size()) {
                lines.add(third.get(i));
            }
        }
        Imported imported = Imported.kvm(lines);
        assertThat(imported.traps()).hasSize(5);
        assertThat(imported.summary().accessesLeft()).isEmpty();
        assertThat(imported.summary().accessesInTraps()).isEqualTo(8);
    }

    @Test
    void aThreadMayMoveToAnotherProcessor() {
        List<String> lines = new ArrayList<>(of("2807", 0, 1, READ, ASKED));
        lines.addAll(of("2807", 5, 2, ANSWERED));
        assertThat(Imported.kvm(lines).traps()).hasSize(1);
    }

    @Test
    void passesOverInstructionsWithoutAnAccess() {
        Imported imported = imported("kvm_emulate_insn: 0:1000:84 c0 (prot32)", READ, ASKED, ANSWERED,
                "kvm_emulate_insn: 0:1002:0f a2 (prot32)");
        assertThat(imported.traps()).hasSize(1);
        assertThat(imported.summary().instructionsLeft()).isEqualTo(Map.of(ImportReason.NO_ACCESS, 2L));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void anAccessThatDoesNotFitIsNobodys(ImportReason reason, String instruction, String access) {
        Imported imported = imported("kvm_emulate_insn: " + instruction, "kvm_mmio: mmio " + access);
        assertThat(imported.traps()).isEmpty();
        assertLeft(imported, reason, 1);
        assertThat(imported.summary().instructionsLeft()).isEqualTo(Map.of(reason, 1L));
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                misfit(ImportReason.NO_MEMORY_OPERAND, "0:1000:84 c0 (prot32)", "write len 2 gpa 0xb8000 val 0x720"),
                misfit(ImportReason.NO_MEMORY_OPERAND, "0:1000:0f 18 00 (prot32)", "read len 1 gpa 0xb8000 val 0x720"),
                misfit(ImportReason.DIRECTION, "0:1000:8b 01 (prot32)", "write len 4 gpa 0xb8000 val 0x720"),
                misfit(ImportReason.DIRECTION, "0:1000:89 01 (prot32)", "read len 4 gpa 0xb8000 val 0x720"),
                misfit(ImportReason.DIRECTION, "0:1000:ff 45 f2 (prot32)", "write len 4 gpa 0xb8000 val 0x1"),
                misfit(ImportReason.DIRECTION, "0:1000:f3 ab (prot32)", "read len 4 gpa 0xb8000 val 0x1"),
                misfit(ImportReason.WIDTH, "0:1000:8b 01 (prot32)", "read len 8 gpa 0xb8000 val 0x720"),
                misfit(ImportReason.WIDTH, "0:1000:f3 ab (prot32)", "write len 8 gpa 0xb8000 val 0x1"),
                misfit(ImportReason.INCOMPLETE, "0:1000:8b 01 (prot32)", "read len 2 gpa 0xb8000 val 0x720"),
                misfit(ImportReason.INCOMPLETE, "0:1000:ff 01 (prot32)", "read len 4 gpa 0xb8000 val 0x720"),
                misfit(ImportReason.UNANSWERED, "0:1000:8b 01 (prot32)", "unsatisfied-read len 4 gpa 0xb8000 val 0x0"),
                misfit(ImportReason.ADDRESS, "0:1000:a1 f0 00 e0 fe (prot32)", "read len 4 gpa 0xfee000f4 val 0x0"),
                misfit(ImportReason.NO_REGISTERS, "0:1000:c7 01 05 00 00 00 (prot32)",
                        "write len 4 gpa 0xb8000 val 0x6"),
                misfit(ImportReason.NOT_AN_INSTRUCTION, "0:1000:c7 01 05 (prot32)", "write len 4 gpa 0xb8000 val 0x6"),
                misfit(ImportReason.NO_BYTES, "0:1000: (prot32)", "write len 4 gpa 0xb8000 val 0x6"),
                misfit(ImportReason.NO_BYTES, "0:1000: mov %eax,(%rdi) (prot32)", "write len 4 gpa 0xb8000 val 0x6"),
                misfit(ImportReason.EMULATION_FAILED, "0:fc95a: (prot32) failed", "write len 4 gpa 0xb8000 val 0x6"),
                misfit(ImportReason.EMULATION_FAILED, "0:1000: 89 01 FAIL", "write len 4 gpa 0xb8000 val 0x6"),
                misfit(ImportReason.SCATTERED, "0:1000:c4 e2 6d 90 04 89 (prot32)", "read len 4 gpa 0xb8000 val 0x6"));
    }

    private static Arguments misfit(ImportReason reason, String instruction,
            String access) {
        return Arguments.of(reason, instruction, access);
    }

    @Test
    void whatIsMoreThanTheInstructionDoesIsNobodys() {
        Imported imported = imported(READ, ASKED, ANSWERED, ASKED, ANSWERED);
        assertThat(imported.traps()).hasSize(1);
        assertLeft(imported, ImportReason.SURPLUS, 2);
    }

    @Test
    void aReadIsAnsweredOnlyFromItsAddress() {
        Imported imported = imported(READ, ASKED, "kvm_mmio: mmio read len 4 gpa 0xd0000064 val 0x1");
        assertThat(imported.traps()).isEmpty();
        assertLeft(imported, ImportReason.UNANSWERED, 2);
    }

    @Test
    void anAccessWithoutAnInstructionIsNobodys() {
        assertLeft(imported(ASKED, ANSWERED, READ), ImportReason.NO_INSTRUCTION, 2);
    }

    // Lines that are lost, moved or there twice

    @ParameterizedTest
    @ValueSource(strings = {"CPU:0 [LOST 27 EVENTS]", "CPU:0 [LOST EVENTS]", "CPU:0 [27 EVENTS DROPPED]",
        "CPU:0 [EVENTS DROPPED]"})
    void afterALossAnAccessIsNobodysUntilTheNextInstruction(String mark) {
        List<String> lines = of("2807", 0, 4583, READ, ASKED, ANSWERED, STORE, STORED, READ, ASKED, ANSWERED);
        lines.add(4, mark);
        Imported imported = Imported.kvm(lines);
        assertThat(imported.summary().lostMarks()).isOne();
        assertThat(imported.traps()).extracting(RecordedTrap::rip).containsOnly(0xffffffff8134be37L).hasSize(2);
        assertLeft(imported, ImportReason.EVENTS_LOST, 1);
    }

    @Test
    void aLossOnAnotherProcessorCostsNothing() {
        List<String> lines = of("2807", 0, 4583, READ, ASKED, ANSWERED, STORE, STORED);
        lines.add(4, "CPU:3 [LOST 27 EVENTS]");
        lines.addAll(of("11", 3, 4584, READ));
        assertThat(Imported.kvm(lines).traps()).hasSize(2);
    }

    @Test
    void putsLinesInOrderByTheirTimes() {
        List<String> lines = of("2807", 0, 4583, READ, ASKED, ANSWERED, STORE, STORED, READ, ASKED, ANSWERED);
        Imported inOrder = Imported.kvm(lines);
        assertThat(inOrder.traps()).hasSize(3);
        List<String> reversed = new ArrayList<>(lines);
        Collections.reverse(reversed);
        assertThat(Imported.kvm(reversed).traps()).isEqualTo(inOrder.traps());
    }

    @Test
    void aLineThatIsThereTwiceCountsOnce() {
        List<String> lines = of("2807", 0, 4583, READ, ASKED, ANSWERED, STORE, STORED);
        List<String> doubled = new ArrayList<>();
        lines.forEach(line -> doubled.addAll(List.of(line, line)));
        Imported each = Imported.kvm(doubled);
        assertThat(each.traps()).hasSize(2);
        assertLeft(each, ImportReason.DUPLICATE, 3);
        assertThat(each.summary().instructionsLeft()).isEqualTo(Map.of(ImportReason.DUPLICATE, 2L));
        List<String> whole = new ArrayList<>(lines);
        whole.addAll(lines);
        assertThat(Imported.kvm(whole).traps()).hasSize(2);
    }

    @Test
    void aClockThatStandsStillMakesNoDuplicates() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            lines.addAll(of("2807", 0, 4583, READ, ASKED, ANSWERED).stream()
                    .map(line -> line.replaceFirst("4583\\.\\d+", "4583.000000")).toList());
        }
        assertThat(Imported.kvm(lines).traps()).hasSize(3);
    }

    @Test
    void aLineThatIsCutOffIsCounted() {
        Imported imported = imported(READ, ASKED, ANSWERED, "kvm_emulate_insn: 0:ffffff", STORED, "kvm_mmio: mmio wri");
        assertThat(imported.traps()).hasSize(1);
        assertThat(imported.summary().instructionsLeft()).isEqualTo(Map.of(ImportReason.UNREADABLE, 1L));
        assertLeft(imported, ImportReason.UNREADABLE, 2);
    }
}
