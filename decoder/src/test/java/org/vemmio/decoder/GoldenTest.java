package org.vemmio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.decoder.DecodeFailure.Reason;

/// Decoded instructions, failures and texts against files of expectations.
class GoldenTest {
    private static Decoder decoder;

    @BeforeAll
    static void open() {
        decoder = Decoder.open();
    }

    @AfterAll
    static void close() {
        decoder.close();
    }

    static List<Golden> instructions() {
        return Golden.lines("instructions.txt");
    }

    static List<Golden> texts() {
        return Golden.lines("texts.txt");
    }

    static List<Golden> failures() {
        return Golden.lines("failures.txt");
    }

    @ParameterizedTest
    @MethodSource("instructions")
    void decodes(Golden golden) {
        assertThat(describe(golden.mode(), decoder.decode(golden.mode(), golden.code()))).isEqualTo(golden.line());
    }

    @ParameterizedTest
    @MethodSource("instructions")
    void doesNotReadBeyondTheInstruction(Golden golden) {
        byte[] code = golden.code();
        for (int filler : new int[] {0x00, 0x90, 0xf0, 0xff}) {
            byte[] longer = new byte[code.length + 20];
            Arrays.fill(longer, (byte) filler);
            System.arraycopy(code, 0, longer, 3, code.length);
            assertThat(decoder.decode(golden.mode(), longer, 3, code.length + 17))
                    .isEqualTo(decoder.decode(golden.mode(), code));
        }
    }

    @ParameterizedTest
    @MethodSource("instructions")
    void isTruncatedAtEveryShorterLength(Golden golden) {
        byte[] code = golden.code();
        for (int count = 0; count < code.length; count++) {
            assertThat(decoder.decode(golden.mode(), code, 0, count))
                    .isEqualTo(new DecodeFailure(Reason.TRUNCATED, count));
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void fails(Golden golden) {
        DecodeFailure expected = new DecodeFailure(Reason.valueOf(golden.fields().get(2)),
                Integer.parseInt(golden.fields().get(3)));
        assertThat(decoder.decode(golden.mode(), golden.code())).isEqualTo(expected);
    }

    @Test
    void failsInEveryWayThatCanBeReached() {
        assertThat(failures().stream().map(golden -> Reason.valueOf(golden.fields().get(2))).distinct())
                .containsExactlyInAnyOrder(Reason.values());
    }

    @ParameterizedTest
    @MethodSource("texts")
    void formats(Golden golden) {
        Instruction instruction = (Instruction) decoder.decode(golden.mode(), golden.code());
        long rip = Long.parseUnsignedLong(golden.fields().get(2), 16);
        assertThat(decoder.format(instruction, Syntax.INTEL, rip)).isEqualTo(golden.fields().get(3));
        assertThat(decoder.format(instruction, Syntax.ATT, rip)).isEqualTo(golden.fields().get(4));
    }

    /// Writes an instruction as `instructions.txt` does.
    private static String describe(CodeMode mode, Decoding decoding) {
        if (!(decoding instanceof Instruction instruction)) {
            return decoding.toString();
        }
        return String.join(" | ", Integer.toString(mode.bits()), HexFormat.of().formatHex(instruction.bytes()),
                instruction.mnemonic(), form(instruction), instruction.category() + " " + instruction.isaSet(),
                instruction.operandWidth() + "/" + instruction.addressWidth() + "/" + instruction.stackWidth() + " vl "
                        + instruction.vectorLength(),
                attributes(instruction), flags(instruction.flags()),
                orDash(instruction.operands().stream().map(GoldenTest::operand).collect(Collectors.joining("; "))));
    }

    private static String form(Instruction instruction) {
        String encoding = instruction.encoding() == Encoding.THREE_DNOW ? "3dnow" : lower(instruction.encoding());
        String map = lower(instruction.opcodeMap()).replace("map_", "");
        return encoding + " " + map + " " + HexFormat.of().toHexDigits((byte) instruction.opcode());
    }

    private static String attributes(Instruction instruction) {
        List<String> attributes = new ArrayList<>();
        Prefixes prefixes = instruction.prefixes();
        addIf(attributes, prefixes.lock(), "lock");
        addIf(attributes, prefixes.rep(), "rep");
        addIf(attributes, prefixes.repne(), "repne");
        addIf(attributes, prefixes.rexPresent(), "rex");
        addIf(attributes, instruction.acceptsLock(), "lockable");
        addIf(attributes, instruction.isRelative(), "relative");
        if (prefixes.segmentOverride() != null) {
            attributes.add(prefixes.segmentOverride().name());
        }
        addIf(attributes, instruction.isBroadcast(), "broadcast");
        addIf(attributes, instruction.maskRegister() != 0, "k" + instruction.maskRegister());
        addIf(attributes, instruction.isZeroing(), "zeroing");
        return orDash(String.join(" ", attributes));
    }

    private static void addIf(List<String> to, boolean condition, String what) {
        if (condition) {
            to.add(what);
        }
    }

    private static String flags(FlagUse flags) {
        StringJoiner all = new StringJoiner(" ").setEmptyValue("-");
        mask(all, "t", flags.tested());
        mask(all, "m", flags.modified());
        mask(all, "z", flags.clearedTo0());
        mask(all, "o", flags.setTo1());
        mask(all, "u", flags.undefined());
        return all.toString();
    }

    private static void mask(StringJoiner to, String name, long mask) {
        if (mask != 0) {
            to.add(name + "=" + Long.toHexString(mask));
        }
    }

    private static String operand(Operand operand) {
        String what = switch (operand) {
            case RegisterOperand register -> register.register().name();
            case MemoryOperand memory -> memory(memory);
            case ImmediateOperand immediate -> "#" + Long.toHexString(immediate.value())
                    + (immediate.signed() ? "s" : "u") + (immediate.relative() ? "r" : "");
            case PointerOperand pointer -> "far %04x:%08x".formatted(pointer.segment(), pointer.offset());
        };
        String access = switch (operand.access()) {
            case NONE -> "-";
            case READ -> "r";
            case WRITE -> "w";
            case READ_WRITE -> "rw";
            case COND_READ -> "cr";
            case COND_WRITE -> "cw";
            case READ_COND_WRITE -> "rcw";
            case COND_READ_WRITE -> "crw";
            case COND_READ_COND_WRITE -> "crcw";
        };
        return what + " " + operand.width() + "=" + operand.elementCount() + "*" + operand.elementWidth() + " " + access
                + " " + lower(operand.visibility()).charAt(0);
    }

    private static String memory(MemoryOperand memory) {
        StringJoiner registers = new StringJoiner("+");
        if (memory.base() != null) {
            registers.add(memory.base().name());
        }
        if (memory.index() != null) {
            registers.add(memory.index().name() + "*" + memory.scale());
        }
        long displacement = memory.displacement();
        String added = (displacement < 0 ? "-" : "+") + Long.toHexString(Math.abs(displacement));
        String sum = registers + (displacement != 0 || registers.length() == 0 ? added : "");
        String kind = memory.kind() == MemoryKind.MEMORY ? "" : lower(memory.kind()) + " ";
        return kind + "[" + memory.segment().name() + ":" + sum + "]";
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
