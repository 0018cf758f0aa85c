package org.vemmio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.RecordedLine.RecordedAccess;

/// The decoder against what a processor and an emulator were recorded to do.
class RecordingsTest {
    private static Decoder decoder;

    @BeforeAll
    static void open() {
        decoder = Decoder.open();
    }

    @AfterAll
    static void close() {
        decoder.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86-64-hardware-int", "x86-64-hardware-vec"})
    void hasTheLengthThatTheProcessorMovedOnBy(String recording) {
        for (RecordedLine trap : executed(recording)) {
            Instruction instruction = decode(trap);
            assertThat(instruction.length()).as("length of %s", trap)
                    .isEqualTo((int) (trap.ripAfter() - trap.register("rip")));
            assertThat(instruction.mnemonic()).as("mnemonic of %s", trap).isEqualTo(trap.mnemonic());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86-64-hardware-int", "x86-64-hardware-vec"})
    void leadsToTheAddressThatTheProcessorTouched(String recording) {
        int compared = 0;
        for (RecordedLine trap : executed(recording)) {
            Instruction instruction = decode(trap);
            if (touchesWhereTheOperandPoints(instruction)) {
                assertThat(memoryOperands(instruction).map(operand -> linearAddress(operand, instruction, trap)))
                        .as("address of %s %s", instruction, trap).contains(trap.gla());
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(2000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux-6.1-cloud-q35-boot", "linux-6.1-drivers-q35"})
    void explainsTheFirstDeviceAccess(String recording) {
        for (RecordedLine trap : RecordedLine.all(recording)) {
            Instruction instruction = decode(trap);
            RecordedAccess access = trap.accesses().getFirst();
            assertThat(memoryOperands(instruction)).as("%s %s, which did %s", instruction, trap, access)
                    .anyMatch(operand -> linearAddress(operand, instruction, trap) == trap.gla()
                            && operand.width() == 8 * access.size()
                            && (access.write() ? operand.access().writes() : operand.access().reads()));
        }
    }

    private static List<RecordedLine> executed(String recording) {
        List<RecordedLine> executed =
                RecordedLine.all(recording).stream().filter(trap -> trap.outcome().equals("emulated")).toList();
        assertThat(executed).hasSizeGreaterThan(2000);
        return executed;
    }

    /// A string instruction may touch its other operand first or none, a bit string reaches beyond its operand, and a
    /// prefetch touches nothing: the address in its line is not the processor's word.
    private static boolean touchesWhereTheOperandPoints(Instruction instruction) {
        boolean bitString = instruction.category().equals("bitbyte")
                && instruction.operands().get(1) instanceof RegisterOperand;
        return !bitString && !Set.of("stringop", "prefetch").contains(instruction.category());
    }

    private static Instruction decode(RecordedLine trap) {
        Decoding decoding = decoder.decode(trap.mode(), trap.code());
        assertThat(decoding).as("%s", trap).isInstanceOf(Instruction.class);
        return (Instruction) decoding;
    }

    private static Stream<MemoryOperand> memoryOperands(Instruction instruction) {
        return instruction.operands().stream().filter(MemoryOperand.class::isInstance).map(MemoryOperand.class::cast);
    }

    private static long linearAddress(MemoryOperand operand, Instruction instruction, RecordedLine trap) {
        long effective = operand.displacement();
        if (operand.base() != null) {
            effective += value(operand.base(), instruction, trap);
        }
        if (operand.index() != null) {
            effective += operand.scale() * value(operand.index(), instruction, trap);
        }
        long inSegment = lowBits(effective, instruction.addressWidth());
        boolean flat = trap.mode() == CodeMode.CODE64 && operand.segment().number() < 4;
        long base = flat ? 0 : trap.register(operand.segment().name());
        return lowBits(base + inSegment, trap.mode() == CodeMode.CODE64 ? 64 : 32);
    }

    private static long value(Register register, Instruction instruction, RecordedLine trap) {
        if (register.file() == RegisterFile.IP) {
            return trap.register("rip") + instruction.length();
        }
        return lowBits(trap.register(Register.of(RegisterFile.GPR64, register.number()).name()), register.width());
    }

    private static long lowBits(long value, int bits) {
        return bits == 64 ? value : value & ((1L << bits) - 1);
    }
}
