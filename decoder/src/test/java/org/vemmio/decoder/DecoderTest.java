package org.vemmio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.DecodeFailure.Reason;

class DecoderTest {
    private static final byte[] NOP = {(byte) 0x90};

    private Decoder decoder;

    @BeforeEach
    void open() {
        decoder = Decoder.open();
    }

    @AfterEach
    void close() {
        decoder.close();
    }

    @Test
    void tellsTheLibrary() {
        assertThat(Decoder.library().version()).matches("4\\.[01]\\.\\d+");
        assertThat(Decoder.library().path()).contains("Zydis");
    }

    @Test
    void decodesFromTheMiddleOfAnArray() {
        byte[] code = HexFormat.of().parseHex("cc488b07cc");
        assertThat(decoder.decode(CodeMode.CODE64, code, 1, 4)).isEqualTo(decode(CodeMode.CODE64, "488b07"));
        assertThat(decoder.decode(CodeMode.CODE64, code, 1, 2)).isEqualTo(new DecodeFailure(Reason.TRUNCATED, 2));
        assertThat(decoder.decode(CodeMode.CODE64, code, 5, 0)).isEqualTo(new DecodeFailure(Reason.TRUNCATED, 0));
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "0, -1", "0, 2", "1, 1", "2, 0", "1, 2147483647"})
    void refusesBytesOutsideTheArray(int offset, int count) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> decoder.decode(CodeMode.CODE64, NOP, offset, count));
    }

    @Test
    void keepsAnInstructionWhateverBecomesOfTheArray() {
        byte[] code = HexFormat.of().parseHex("488b07");
        Instruction instruction = (Instruction) decoder.decode(CodeMode.CODE64, code);
        code[0] = 0;
        instruction.bytes()[1] = 0;
        assertThat(instruction.bytes()).asHexString().isEqualTo("488B07");
        assertThat(instruction.byteAt(1)).isEqualTo(0x8b);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> instruction.byteAt(3));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> instruction.operands().clear());
    }

    @Test
    void isEqualByModeAndBytes() {
        Instruction load = decode(CodeMode.CODE64, "8b07");
        assertThat(load).isEqualTo(decode(CodeMode.CODE64, "8b07")).hasSameHashCodeAs(decode(CodeMode.CODE64, "8b07"))
                .isNotEqualTo(decode(CodeMode.CODE32, "8b07")).isNotEqualTo(decode(CodeMode.CODE64, "8b06"));
    }

    @Test
    void namesMnemonicAndBytesInMessages() {
        assertThat(decode(CodeMode.CODE64, "488b07")).hasToString("mov [48 8b 07]");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # mode, code,           lock,  rep,   repne, 66,    67,    rex,   w,     segment
            64,     8b07,           false, false, false, false, false, false, false,
            64,     40668b07,       false, false, false, true,  false, false, false,
            64,     66488b07,       false, false, false, true,  false, true,  true,
            64,     67418b07,       false, false, false, false, true,  true,  false,
            64,     660f6f07,       false, false, false, true,  false, false, false,
            64,     f30f6f07,       false, false, false, false, false, false, false,
            64,     f3a4,           false, true,  false, false, false, false, false,
            64,     f2f3a4,         false, true,  false, false, false, false, false,
            64,     f3f2a4,         false, false, true,  false, false, false, false,
            64,     f2a6,           false, false, true,  false, false, false, false,
            64,     f0ff07,         true,  false, false, false, false, false, false,
            64,     c5f96f07,       false, false, false, false, false, false, false,
            64,     c4e1f96e07,     false, false, false, false, false, false, true,
            64,     67c4e1796e07,   false, false, false, false, true,  false, false,
            64,     62f1fe486f07,   false, false, false, false, false, false, true,
            64,     62f17e486f07,   false, false, false, false, false, false, false,
            64,     8fe8eca20740,   false, false, false, false, false, false, true,
            64,     2e648b07,       false, false, false, false, false, false, false, fs
            64,     36658b07,       false, false, false, false, false, false, false, gs
            64,     3e8b07,         false, false, false, false, false, false, false,
            32,     3e8b07,         false, false, false, false, false, false, false, ds
            32,     362e8b07,       false, false, false, false, false, false, false, cs
            16,     26668b07,       false, false, false, true,  false, false, false, es
            16,     36678b07,       false, false, false, false, true,  false, false, ss
            """)
    void tellsPrefixes(ArgumentsAccessor row) {
        String segment = row.getString(9);
        Register override = segment == null ? null : Register.named(segment).orElseThrow();
        assertThat(decode(CodeMode.of(row.getInteger(0)), row.getString(1)).prefixes())
                .isEqualTo(new Prefixes(row.getBoolean(2), row.getBoolean(3), row.getBoolean(4), row.getBoolean(5),
                        row.getBoolean(6), override, row.getBoolean(7), row.getBoolean(8)));
    }

    @ParameterizedTest
    @CsvSource({
        "64, f30fbc07, tzcnt", "64, f30fbd07, lzcnt", "64, f30fb807, popcnt", "64, 0f1c07, cldemote",
        "64, f30f1efa, endbr64", "64, 0f1a07, nop", "64, 0f1b07, nop", "64, 660f1a07, nop", "64, 0f1f00, nop",
        "64, 0f1907, nop", "64, 0f1827, nop", "64, 0f0d0f, prefetchw", "64, f390, pause", "64, 4190, xchg",
        "64, c5f84177, ''", "16, c5f877, vzeroupper", "16, 62f17c481007, vmovups", "32, 0f05, syscall"})
    void takesTheNewerMeaning(int mode, String code, String mnemonic) {
        assertThat(decoder.decode(CodeMode.of(mode), HexFormat.of().parseHex(code)) instanceof Instruction instruction
                ? instruction.mnemonic() : "").isEqualTo(mnemonic);
    }

    @ParameterizedTest
    @CsvSource({"64, 8807, 7", "64, 4c8b8500000000, 133", "64, c4e17a6f07, 7", "64, 62f17c48104701, 71",
        "64, 0f0f07bf, 7", "64, 8fe978804f08, 79", "16, 8b5600, 86", "64, 67488b44f308, 68"})
    void tellsTheModrmByte(int mode, String code, int modrm) {
        Instruction instruction = decode(CodeMode.of(mode), code);
        assertThat(instruction.hasModrm()).isTrue();
        assertThat(instruction.modrm()).isEqualTo(modrm);
    }

    @ParameterizedTest
    @CsvSource({"64, a4", "64, 90", "64, a18877665544332211", "64, b0ff", "64, c5f877", "32, 60", "64, e800000000"})
    void hasNoModrmByte(int mode, String code) {
        Instruction instruction = decode(CodeMode.of(mode), code);
        assertThat(instruction.hasModrm()).isFalse();
        assertThat(instruction.modrm()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"64, 8b07, false, 0", "64, 8b4700, true, 0", "64, 8b47ff, true, -1", "64, 8b0500000000, true, 0",
        "64, 8b8700000080, true, -2147483648", "64, 8b042501000000, true, 1",
        "64, a000000000000000ff, true, -72057594037927936",
        "64, 62f17c48104701, true, 64", "64, 62f17c58584701, true, 4", "16, 8b860080, true, -32768",
        "16, 8b06ffff, true, -1", "64, a4, false, 0"})
    void scalesAndExtendsDisplacements(int mode, String code, boolean encoded, long displacement) {
        MemoryOperand memory = firstMemory(decode(CodeMode.of(mode), code));
        assertThat(memory.hasDisplacement()).isEqualTo(encoded);
        assertThat(memory.displacement()).isEqualTo(displacement);
    }

    private static MemoryOperand firstMemory(Instruction instruction) {
        return instruction.operands().stream().filter(MemoryOperand.class::isInstance).map(MemoryOperand.class::cast)
                .findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"8b07, rdi", "ff30, rax", "8f442408, rsp", "0faf03, rbx", "c4e265904c9710, rdi", "a4, ", "53, ",
        "8bc7, ", "488d07, ", "d7, ", "e800000000, "})
    void findsTheMemoryOperandThatTheTextShows(String code, String base) {
        assertThat(decode(CodeMode.CODE64, code).memoryOperand().map(memory -> memory.base().name()))
                .isEqualTo(Optional.ofNullable(base));
    }

    @Test
    void formatsWithoutAnAddress() {
        assertThat(decoder.format(decode(CodeMode.CODE64, "488b0534120000"), Syntax.INTEL))
                .isEqualTo("mov rax, [rip+0x1234]");
        assertThat(decoder.format(decode(CodeMode.CODE64, "75ee"), Syntax.ATT)).isEqualTo("jnz -0x10");
    }

    @Test
    void formatsWhatAnotherDecoderDecoded() {
        try (Decoder other = Decoder.open()) {
            assertThat(other.format(decode(CodeMode.CODE16, "8b5600"), Syntax.INTEL)).isEqualTo("mov dx, [bp]");
        }
    }

    @Test
    void refusesAnotherThread() throws InterruptedException {
        Instruction nop = decode(CodeMode.CODE64, "90");
        assertRefusedElsewhere(() -> decoder.decode(CodeMode.CODE64, NOP));
        assertRefusedElsewhere(() -> decoder.format(nop, Syntax.INTEL));
        assertRefusedElsewhere(decoder::close);
        assertThat(decode(CodeMode.CODE64, "90")).isEqualTo(nop);
    }

    private static void assertRefusedElsewhere(ThrowingCallable call) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread elsewhere = new Thread(() -> thrown.set(catchThrowable(call)), "elsewhere");
        elsewhere.start();
        elsewhere.join();
        assertThat(thrown.get()).isInstanceOf(WrongThreadException.class).hasMessage("the decoder belongs to thread \""
                + Thread.currentThread().getName() + "\" and was used in \"elsewhere\": one decoder per thread");
    }

    @Test
    void refusesWorkAfterItIsClosed() {
        Instruction nop = decode(CodeMode.CODE64, "90");
        decoder.close();
        assertThatIllegalStateException().isThrownBy(() -> decoder.decode(CodeMode.CODE64, NOP))
                .withMessage("the decoder is closed");
        assertThatIllegalStateException().isThrownBy(() -> decoder.decode(CodeMode.CODE64, NOP, 0, 0))
                .withMessage("the decoder is closed");
        assertThatIllegalStateException().isThrownBy(() -> decoder.format(nop, Syntax.ATT))
                .withMessage("the decoder is closed");
        assertThatNoException().isThrownBy(decoder::close);
    }

    private Instruction decode(CodeMode mode, String code) {
        Decoding decoding = decoder.decode(mode, HexFormat.of().parseHex(code));
        assertThat(decoding).as(code).isInstanceOf(Instruction.class);
        return (Instruction) decoding;
    }
}
