package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Outcome;

/// Judges each form of the vector instructions by what a processor did; `vector-instructions.txt` tells how it reads.
class VectorInstructionsTest {
    private static final Set<String> FAMILIES =
            Set.of("vector moves", "vector fills", "vector parts", "vector logic", "masked moves", "opmask moves");
    private static final Map<String, Integer> FAULTS = Map.of("#GP", Outcome.Exception.GP, "#PF", Outcome.Exception.PF,
            "#AC", Outcome.Exception.AC);
    private static final String UNCHANGED = "unchanged";
    private static final long END = TestMachine.RAM + LinearMemory.PAGE_SIZE;

    private record Row(String code, String instruction, Map<String, String> settings, String result) {
        static Row of(String line) {
            String[] columns = line.split(" \\| ");
            return new Row(columns[0], columns[1], columns[2].equals("-") ? Map.of() : pairs(columns[2]), columns[3]);
        }

        static Map<String, String> pairs(String words) {
            Map<String, String> pairs = new TreeMap<>();
            for (String word : words.split(" ")) {
                String[] pair = word.split("=");
                pairs.put(pair[0], pair.length == 1 ? "" : pair[1]);
            }
            return pairs;
        }

        String mnemonic() {
            return instruction.substring(0, instruction.indexOf(' '));
        }

        long hex(String setting, long otherwise) {
            String text = settings.get(setting);
            return text == null ? otherwise : Long.parseUnsignedLong(text, 16);
        }
    }

    static List<Row> rows() {
        try (InputStream in = VectorInstructionsTest.class.getResourceAsStream("vector-instructions.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .filter(line -> !line.startsWith("#")).map(Row::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void doesAsTheProcessorDidWithAllFlagsSetAndAllClear(Row row) {
        check(row, Rflags.ARITHMETIC);
        check(row, 0);
    }

    private static void check(Row row, long flags) {
        TestMachine machine = prepare(row, flags);
        CpuState expected = CpuState.copyOf(machine.cpu);
        byte[] contents = contents(machine);
        int operand = (int) (machine.cpu.gpr(Gpr.RDI) - TestMachine.DEVICE);

        Outcome outcome = machine.run();

        Integer fault = FAULTS.get(row.result());
        if (fault != null) {
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Exception.class,
                    exception -> assertThat(exception.vector()).isEqualTo(fault));
            assertThat(machine.accesses).isEmpty();
        } else {
            assertThat(outcome).isInstanceOf(Outcome.Emulated.class);
            expected.setRip(TestMachine.CODE + row.code().length() / 2);
            if (!row.result().equals(UNCHANGED)) {
                Row.pairs(row.result()).forEach((what, value) -> change(expected, contents, operand, what, value));
            }
        }
        // The rows do not tell it.
        expected.setX87Tag(machine.cpu.x87Tag());
        assertThat(VectorBytes.get(machine.cpu, 1)).isEqualTo(VectorBytes.get(expected, 1));
        assertThat(machine.cpu).isEqualTo(expected);
        assertThat(contents(machine)).isEqualTo(contents);
    }

    private static TestMachine prepare(Row row, long flags) {
        String at = row.settings().getOrDefault("at", "0");
        TestMachine machine = TestMachine.of(row.code())
                .with(Gpr.RDI, (at.startsWith("-") ? END : TestMachine.DEVICE) + Integer.parseInt(at));
        long tops = row.hex("v", -1);
        byte[] first = new byte[64];
        byte[] second = new byte[64];
        for (int i = 0; i < 64; i++) {
            first[i] = (byte) (0x40 + i);
            second[i] = (byte) ((tops >>> i & 1) << 7 | 0x40 + i);
            put(machine, machine.cpu.gpr(Gpr.RDI) + i, i | (Integer.bitCount(i) + 1 & 1) << 7);
        }
        VectorBytes.set(machine.cpu, 1, first);
        VectorBytes.set(machine.cpu, 2, second);
        machine.cpu.setMmx(1, machine.cpu.vector(1, 0));
        machine.cpu.setMmx(2, machine.cpu.vector(2, 0));
        machine.cpu.setMask(1, row.hex("k1", 0));
        machine.cpu.setCpl(3);
        machine.cpu.setRflags(Rflags.IF | 2 | flags | (row.settings().containsKey("ac") ? Rflags.AC : 0));
        return machine;
    }

    private static void put(TestMachine machine, long linear, int value) {
        if (linear < TestMachine.RAM) {
            machine.device.write(linear - TestMachine.DEVICE, 1, value);
        } else if (linear < END) {
            machine.memory.write(linear, 1, value);
        }
    }

    /// Returns the device's contents and the memory's behind it.
    private static byte[] contents(TestMachine machine) {
        byte[] memory = machine.memory.contents(TestMachine.RAM, LinearMemory.PAGE_SIZE);
        byte[] all = Arrays.copyOf(machine.device.contents(), (int) (END - TestMachine.DEVICE));
        System.arraycopy(memory, 0, all, all.length - memory.length, memory.length);
        return all;
    }

    private static void change(CpuState cpu, byte[] contents, int operand, String what, String value) {
        switch (what) {
            case "zmm1" -> VectorBytes.set(cpu, 1, Arrays.copyOf(bytes(value), 64));
            case "xmm1" -> VectorBytes.set(cpu, 1, bytes(value));
            case "mm1" -> cpu.setMmx(1, Bytes.get(bytes(value), 0, 8));
            case "k1" -> cpu.setMask(1, Long.parseUnsignedLong(value, 16));
            case "mem" -> System.arraycopy(bytes(value), 0, contents, operand, value.length() / 2);
            case "flags" -> cpu.setRflags(cpu.rflags() & ~Rflags.ARITHMETIC | Long.parseLong(value, 16));
            default -> throw new IllegalArgumentException(what);
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void hasARowForEachMnemonic() {
        Set<String> executed = InstructionTable.mnemonics().entrySet().stream()
                .filter(family -> FAMILIES.contains(family.getKey())).flatMap(family -> family.getValue().stream())
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> judged = rows().stream().filter(row -> !FAULTS.containsKey(row.result())).map(Row::mnemonic)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(judged).isEqualTo(executed);
    }
}
