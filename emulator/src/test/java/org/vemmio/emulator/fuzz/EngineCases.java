package org.vemmio.emulator.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.recording.file.RecordingReader;

/// Cases made up: some of random bytes, some of an instruction that was recorded on hardware, in a guest that is random
/// in either case.
final class EngineCases implements AutoCloseable {
    private static final List<String> RECORDINGS =
            List.of("x86-64-hardware-int", "x86-64-hardware-vec", "x86-32-hardware", "x86-16-hardware");
    private static final List<String> LINUX_RECORDINGS =
            List.of("linux-6.12-handle-mmio-reachable", "linux-6.12-vc-handle-mmio");
    private static final int FROM_EACH = 1000;
    private static final byte[] PREFIXES = HexFormat.of().parseHex("6667f2f3f0482e64650f");
    /// MOVS, CMPS, STOS, LODS, SCAS, INS and OUTS, which are too rare in recordings for what a `rep` promises.
    private static final byte[] STRINGS = HexFormat.of().parseHex("a4a5a6a7aaabacadaeaf6c6d6e6f");
    /// Where regions begin and end; operands lie around them.
    private static final long[] PLACES = {0x2000, 0x2800, 0x3000, 0x4000, 0x5000};
    private static final long CODE = 0x6000;
    private static final int PAGE = 0x1000;

    private final List<String> handlers = TrapHandlers.installed().names();
    private final List<RecordedCode> recorded = load(RECORDINGS);
    private final List<RecordedCode> recordedLinux = load(LINUX_RECORDINGS);
    private final Decoder decoder = Decoder.open();

    private record RecordedCode(CodeMode mode, byte[] bytes) {
    }

    private static List<RecordedCode> load(List<String> names) {
        List<RecordedCode> all = new ArrayList<>();
        for (String name : names) {
            try (RecordingReader reader = RecordingReader.ofResource(name)) {
                reader.stream().limit(FROM_EACH)
                        .forEach(trap -> all.add(new RecordedCode(trap.mode(), trap.code())));
            }
        }
        return all;
    }

    EngineCase draw(Random random) {
        EngineCase.Setup setup = setup(random);
        RecordedCode code = code(random, setup.handler().startsWith("linux") ? recordedLinux : recorded);
        CpuState cpu = cpu(random, code.mode);
        if (random.nextInt(8) != 0) {
            aim(random, code, cpu);
        }
        List<Region> regions = regions(random);
        long gla = place(random);
        Trap trap = new Trap(Trap.EPT_VIOLATION, 0, random.nextInt(4) == 0 ? gla : gla | -1L << 48, 0xfe00_0000L
                + random.nextInt(0x2000), random.nextInt(30) == 0);
        return new EngineCase(setup, code.bytes, cpu, trap, regions, oddity(random));
    }

    private EngineCase.Setup setup(Random random) {
        String handler = random.nextInt(3) == 0 ? handlers.get(random.nextInt(handlers.size())) : "architectural";
        String policy = switch (random.nextInt(12)) {
            case 0 -> "architectural";
            case 1 -> "skip";
            default -> "propagate";
        };
        return new EngineCase.Setup(handler, policy, random.nextInt(8) != 0, random.nextInt(2) == 0 ? 5 : 64);
    }

    /// Has the operand in memory lie around one of the places.
    private void aim(Random random, RecordedCode code, CpuState cpu) {
        if (code.bytes.length == 0 || !(decoder.decode(code.mode, code.bytes) instanceof Instruction instruction)
                || instruction.memoryOperand().isEmpty()) {
            return;
        }
        MemoryRef ref = MemoryRef.of(instruction, instruction.memoryOperand().get());
        if (ref.base() >= 0) {
            long offset = ref.offset(cpu, cpu.ripAfter(instruction.length()));
            cpu.setGpr(ref.base(), cpu.gpr(ref.base()) + place(random) - offset);
        }
    }

    private static RecordedCode code(Random random, List<RecordedCode> recorded) {
        if (random.nextInt(6) == 0) {
            byte[] bytes = new byte[1 + random.nextInt(15)];
            random.nextBytes(bytes);
            for (int i = random.nextInt(3); i > 0 && i <= bytes.length; i--) {
                bytes[i - 1] = PREFIXES[random.nextInt(PREFIXES.length)];
            }
            return new RecordedCode(CodeMode.values()[random.nextInt(3)], bytes);
        }
        if (random.nextInt(8) == 0) {
            return new RecordedCode(CodeMode.values()[random.nextInt(3)], string(random));
        }
        RecordedCode real = recorded.get(random.nextInt(recorded.size()));
        CodeMode mode = random.nextInt(20) == 0 ? CodeMode.values()[random.nextInt(3)] : real.mode;
        byte[] bytes = Arrays.copyOf(real.bytes, 15);
        while (random.nextInt(4) == 0) {
            bytes[random.nextInt(real.bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(6) == 0) {
            System.arraycopy(bytes.clone(), 0, bytes, 1, bytes.length - 1);
            bytes[0] = PREFIXES[random.nextInt(PREFIXES.length)];
        }
        return new RecordedCode(mode, random.nextInt(30) == 0 ? Arrays.copyOf(bytes, random.nextInt(15)) : bytes);
    }

    /// A string instruction, mostly repeated.
    private static byte[] string(Random random) {
        byte[] bytes = new byte[15];
        int length = 0;
        if (random.nextInt(6) != 0) {
            bytes[length++] = (byte) (random.nextInt(3) == 0 ? 0xf2 : 0xf3);
        }
        if (random.nextBoolean()) {
            bytes[length++] = PREFIXES[random.nextInt(PREFIXES.length)];
        }
        bytes[length] = STRINGS[random.nextInt(STRINGS.length)];
        return bytes;
    }

    private static long place(Random random) {
        int around = random.nextBoolean() ? 16 : 160;
        return PLACES[random.nextInt(PLACES.length)] + random.nextInt(around) - around / 2;
    }

    private static CpuState cpu(Random random, CodeMode mode) {
        CpuState cpu = new CpuState();
        cpu.setMode(mode);
        cpu.setCpl(random.nextInt(5) == 0 ? 3 : 0);
        cpu.setRip(CODE);
        cpu.setRflags(2 | random.nextLong() & (Rflags.ARITHMETIC | Rflags.DF));
        if (random.nextInt(8) == 0) {
            cpu.setRflags(cpu.rflags() | random.nextLong() & (Rflags.TF | Rflags.RF | Rflags.AC));
        }
        for (int i = 0; i < Gpr.COUNT; i++) {
            cpu.setGpr(i, switch (random.nextInt(16)) {
                case 0 -> random.nextInt(20);
                case 1 -> random.nextLong();
                default -> place(random);
            });
        }
        if (random.nextInt(2) == 0) {
            cpu.setGpr(Gpr.RCX, random.nextInt(random.nextBoolean() ? 8 : 80));
        }
        if (random.nextInt(6) == 0) {
            cpu.setCr0(cpu.cr0() ^ 1L << random.nextInt(32));
            cpu.setCr4(cpu.cr4() ^ 1L << random.nextInt(24));
            cpu.setXcr0(random.nextInt(4) == 0 ? 0 : Cr.XCR0_AVX512 | 3);
            int segment = random.nextInt(Segment.COUNT);
            if (segment != Segment.CS) {
                cpu.setSegmentBase(segment, random.nextInt(0x2000));
                cpu.setSegmentLimit(segment, random.nextInt(0x5000));
            }
        }
        for (int i = 0; i < 32; i++) {
            for (int lane = 0; lane < 8; lane++) {
                cpu.setVector(i, lane, random.nextLong());
            }
        }
        for (int i = 0; i < 8; i++) {
            cpu.setMask(i, random.nextLong());
            cpu.setMmx(i, random.nextLong());
        }
        cpu.setPasid(random.nextInt(2) == 0 ? 0 : 1L << 31 | random.nextInt(100));
        return cpu;
    }

    /// Four pages side by side, each RAM in whole or in part, a device, or nothing.
    private static List<Region> regions(Random random) {
        List<Region> regions = new ArrayList<>();
        for (long page = PAGE; page <= 0x4000; page += PAGE) {
            int cut = random.nextInt(12) == 0 ? random.nextInt(100) : 0;
            long gpa = 0xfe00_0000L + page * (1 + random.nextInt(2));
            switch (random.nextInt(14)) {
                case 0 -> { }
                case 1 -> regions.add(new Region(page, PAGE - cut, Region.Kind.READ_ONLY, 0));
                case 2, 3, 4, 5, 6 -> regions.add(new Region(page + cut, PAGE - cut, Region.Kind.RAM, 0));
                default -> regions.add(new Region(page, PAGE, Region.Kind.DEVICE, gpa));
            }
        }
        return regions;
    }

    private static Oddity oddity(Random random) {
        if (random.nextInt(4) == 0) {
            return Oddity.NONE;
        }
        int widths = random.nextInt(3) == 0 ? random.nextInt(128) : random.nextBoolean() ? 127 : 15;
        return new Oddity(widths, random.nextInt(128), rarely(random, 5), rarely(random, 3), rarely(random, 10),
                rarely(random, 10), rarely(random, 15), random.nextInt(4) == 0);
    }

    /// Returns 0, or once in `often` times the number of an access.
    private static int rarely(Random random, int often) {
        return random.nextInt(often) == 0 ? 1 + random.nextInt(random.nextBoolean() ? 3 : 40) : 0;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
