package org.vemmio.emulator.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vemmio.emulator.recording.RecordedTrap;

/// Texts that are nearly what an importer reads: it tells what is wrong, or makes traps of what is right.
class ImportFuzzTest {
    private static final int TEXTS = 4000;
    private static final List<String> SEEDS = List.of(
            " CPU 0/KVM-2807 [000] .....  4583.889109: kvm_emulate_insn: 0:ffffffff8134be37:44 8b 60 60 (prot64)",
            " CPU 0/KVM-2807 [000] .....  4583.889110: vcpu_match_mmio: gva 0xffffc90000005060 gpa 0xd0000060 Read GPA",
            " CPU 0/KVM-2807 [000] .....  4583.889111: kvm_mmio: mmio unsatisfied-read len 4 gpa 0xd0000060 val 0x0",
            " CPU 0/KVM-2807 [000] .....  4583.889111: kvm_mmio: mmio read len 4 gpa 0xd0000060 val 0x1",
            "CPU 1/KVM 2800/2808 [001] 4583.889112: kvm:kvm_emulate_insn: c0000:8f1:f3 a4 (real)",
            "CPU 1/KVM 2800/2808 [001] 4583.889113: kvm:kvm_mmio: mmio write len 1 gpa 0xa0000 val 0x5",
            "CPU 1/KVM 2800/2808 [001] 4583.889114: kvm:kvm_mmio: mmio write len 1 gpa 0xa0001 val 0x5",
            "qemu-2808 [001] 4583.889115: kvm_emulate_insn: 0:47fff: f0 0f c7 09",
            "qemu-2808 [001] 4583.889116: kvm_mmio: mmio read len 8 gpa 0xfffffffffffffffc val 0x5",
            "qemu-2808 [001] 4583.889117: kvm_mmio: mmio write len 8 gpa 0xfffffffffffffffc val 0x6",
            "CPU:1 [LOST 3 EVENTS]",
            "RIP: 0010:f+0x15/0x30",
            "Code: 00 48 81 fe ff ff 03 00 76 06 <f3> a4 c3 cc cc cc cc 48 81",
            "RDX: 0000000000000001 RSI: ffffc90000005060 RDI: 00000000deadbeef RCX: 0000000000000fff",
            "CR2: ffffffffffffffff CR0: 0000000080050033 CR4: 0000000000750ef0 EFLAGS: 00010446",
            "Failed to emulate instruction [0x66 0x0f 0x38 0xf8 0x07] at 0xffffffff8104bb80",
            "(XEN) MMIO emulation failed (1): d1v0 16bit @ 0008:ffeedfd -> 67 a5");
    private static final List<String> WORDS = List.of("0xffffffffffffffff", "0x0", "len 0", "len 99999999999", "len 3",
            "len 16", "len 64", "(prot16)", "(vm16)", "(x)", " failed", ":", "[", "]", "(", ")", "-", ".",
            "999999999999999", "f3 48 a5", "c5 fe 7f 07", "62 f1 fe 48 7f 07", "0f ae 07", "c8 10 00 00", "\t",
            "\u0000", "mmio ", "gva ");

    private final Random random;

    ImportFuzzTest() {
        long seed = System.nanoTime();
        System.out.println("ImportFuzzTest: seed " + seed);
        random = new Random(seed);
    }

    private String text() {
        List<String> lines = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            String line = SEEDS.get(random.nextInt(SEEDS.size()));
            for (int changes = random.nextInt(4); changes > 0 && !line.isEmpty(); changes--) {
                line = changed(line);
            }
            lines.add(line);
        }
        return String.join("\n", lines);
    }

    private String changed(String line) {
        int from = random.nextInt(line.length());
        int to = Math.min(line.length(), from + random.nextInt(8));
        return switch (random.nextInt(4)) {
            case 0 -> line.substring(0, from) + line.substring(to);
            case 1 -> line.substring(0, from) + WORDS.get(random.nextInt(WORDS.size())) + line.substring(to);
            case 2 -> line.substring(0, from) + (char) random.nextInt(256) + line.substring(to);
            default -> line.substring(0, from) + Integer.toHexString(random.nextInt(256)) + line.substring(from);
        };
    }

    @Test
    void everyTextIsReadOrRefusedInOneLine() throws IOException {
        for (int i = 0; i < TEXTS; i++) {
            String text = text();
            for (TrapImporter importer : TrapImporters.all()) {
                ImportSummary summary = new ImportSummary();
                List<RecordedTrap> traps = new ArrayList<>();
                try (SourceLines lines = SourceLines.open("text",
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))) {
                    lines.head();
                    importer.read(new ImportSource(lines, Optional.empty()), summary, traps::add);
                } catch (ImportException e) {
                    assertThat(e.getMessage()).as(text).startsWith("text").doesNotContain("\n");
                } catch (RuntimeException e) {
                    throw new AssertionError("of " + text, e);
                }
                assertThat(summary.traps()).as(text).isEqualTo(traps.size());
                assertThat(summary.accesses()).as(text).isGreaterThanOrEqualTo(summary.accessesInTraps());
            }
        }
    }

    @Test
    void whatIsNoTextIsRefusedInOneLine() {
        for (int i = 0; i < TEXTS; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 2 && i % 2 == 0) {
                bytes[0] = 0x1f;
                bytes[1] = (byte) 0x8b;
            }
            try (SourceLines lines = SourceLines.open("bytes", new ByteArrayInputStream(bytes))) {
                assertThat(TrapImporters.recognising(new ImportSource(lines, Optional.empty()))).isEmpty();
            } catch (ImportException e) {
                assertThat(e.getMessage()).startsWith("bytes").doesNotContain("\n");
            }
        }
    }
}
