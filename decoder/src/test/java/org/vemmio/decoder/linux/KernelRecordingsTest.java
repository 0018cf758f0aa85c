package org.vemmio.decoder.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.DecodeFailure.Reason;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;

/// The recordings of what Linux 6.12's own code says of an instruction, every line.
class KernelRecordingsTest {
    private static final String REACHABLE = "linux-6.12-handle-mmio-reachable";
    private static final String UNREACHABLE = "linux-6.12-handle-mmio-unreachable";
    private static final Decoding UNKNOWN = new DecodeFailure(Reason.INVALID, 0);

    /// What is recorded of one instruction; `size` and `length` are 0 where the type has none.
    private record Expected(String place, byte[] code, MmioType type, int size, int length) {
        private static final Pattern TRAPS = Pattern.compile("\"traps\":(\\d+)");
        private static final Pattern CODE = Pattern.compile("\"code\":\"([0-9a-f]+)\"");
        private static final Pattern LINUX = Pattern.compile("\"linux\":(\\{[^}]*})");
        private static final Pattern TYPE = Pattern.compile("\"type\":\"([A-Z_]+)\"");
        private static final Pattern SIZE = Pattern.compile("\"size\":(\\d+)");
        private static final Pattern LENGTH = Pattern.compile("\"length\":(\\d+)");

        static List<Expected> all(String recording) throws IOException {
            String name = "META-INF/vemmio/recordings/" + recording + ".jsonl.gz";
            try (InputStream file = Objects.requireNonNull(ClassLoader.getSystemResourceAsStream(name), name);
                    var lines = new BufferedReader(
                            new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
                String header = lines.readLine();
                List<Expected> all = lines.lines().map(line -> of(recording, line)).toList();
                assertThat(all).hasSize(Integer.parseInt(first(TRAPS, header)));
                return all;
            }
        }

        private static Expected of(String recording, String line) {
            String linux = first(LINUX, line);
            var type = MmioType.valueOf(first(TYPE, linux));
            boolean classified = type != MmioType.DECODE_FAILED;
            String code = first(CODE, line);
            return new Expected(recording + " " + code, HexFormat.of().parseHex(code), type,
                    classified ? Integer.parseInt(first(SIZE, linux)) : 0,
                    classified ? Integer.parseInt(first(LENGTH, linux)) : 0);
        }

        private static String first(Pattern pattern, String text) {
            Matcher matcher = pattern.matcher(text);
            assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
            return matcher.group(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {REACHABLE, UNREACHABLE})
    void agreesWithLinux(String recording) throws IOException {
        for (var expected : Expected.all(recording)) {
            var insn = KernelInsn.decode(expected.code(), expected.code().length, true, UNKNOWN);

            assertThat(insn.mmioType()).as(expected.place()).isEqualTo(expected.type());
            assertThat(insn.mmioSize()).as(expected.place()).isEqualTo(expected.size());
            assertThat(insn.length()).as(expected.place()).isEqualTo(expected.length());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {REACHABLE, UNREACHABLE})
    void takesTheProcessorsLengthWhereLinuxGivesNone(String recording) throws IOException {
        int taken = 0;
        try (var decoder = Decoder.open()) {
            for (var expected : Expected.all(recording)) {
                var processorView = decoder.decode(CodeMode.CODE64, expected.code());
                var insn = KernelInsn.decode(expected.code(), expected.code().length, true, processorView);

                assertThat(insn.mmioType()).as(expected.place()).isEqualTo(expected.type());
                assertThat(insn.mmioSize()).as(expected.place()).isEqualTo(expected.size());
                if (expected.type() != MmioType.DECODE_FAILED) {
                    assertThat(insn.length()).as(expected.place()).isEqualTo(expected.length());
                } else if (processorView instanceof Instruction instruction) {
                    assertThat(insn.length()).as(expected.place()).isEqualTo(instruction.length());
                    taken++;
                } else {
                    assertThat(insn.length()).as(expected.place()).isZero();
                }
            }
        }
        assertThat(taken).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {REACHABLE, UNREACHABLE})
    void asksTheProcessorOnlyWhereLinuxClassifiesNothing(String recording) throws IOException {
        for (var expected : Expected.all(recording)) {
            var asked = new AtomicInteger();
            var insn = KernelInsn.decode(expected.code(), expected.code().length, true, () -> {
                asked.incrementAndGet();
                return UNKNOWN;
            });

            assertThat(insn.mmioType()).as(expected.place()).isEqualTo(expected.type());
            assertThat(asked).as(expected.place()).hasValue(expected.type() == MmioType.DECODE_FAILED ? 1 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {REACHABLE, UNREACHABLE})
    void needsEveryByteOfAnInstructionAndNoMore(String recording) throws IOException {
        for (var expected : Expected.all(recording)) {
            var whole = KernelInsn.decode(expected.code(), expected.length(), true, UNKNOWN);
            assertThat(whole.mmioType()).as(expected.place()).isEqualTo(expected.type());
            assertThat(whole.length()).as(expected.place()).isEqualTo(expected.length());
            for (int count = 0; count < expected.length(); count++) {
                assertThat(KernelInsn.decode(expected.code(), count, true, UNKNOWN).decoded())
                        .as("%s, %d bytes", expected.place(), count)
                        .isFalse();
            }
        }
    }
}
