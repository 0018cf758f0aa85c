package org.vemmio.emulator.hex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Random texts: no exception but the one that says what is wrong, and never other bytes than those that were written.
class HexFuzzTest {
    private static final long SEED = new Random().nextLong();
    private static final int TEXTS = 4_000;
    private static final String SPICE = "[](){}<>:;,=-|*#/\\\"'`x0f8b \t\n";

    @Test
    @Timeout(120)
    void aSpoiltSampleIsReadOrRefused() throws IOException {
        Random random = new Random(SEED);
        List<byte[]> samples = new ArrayList<>();
        for (HexFormsTest.Sample sample : HexFormsTest.samples()) {
            try (InputStream in = HexFuzzTest.class.getResourceAsStream(sample.file())) {
                samples.add(in.readAllBytes());
            }
        }
        List<HexForm> forms = HexForm.all();
        for (int i = 0; i < TEXTS; i++) {
            byte[] text = spoil(samples.get(random.nextInt(samples.size())),
                    samples.get(random.nextInt(samples.size())), random);
            Optional<HexForm> form = random.nextInt(3) == 0 ? Optional.empty()
                    : Optional.of(forms.get(random.nextInt(forms.size())));
            try {
                ReadHex.of(text, form);
            } catch (HexException refused) {
                assertThat(refused.getMessage()).doesNotContain("\n");
            } catch (RuntimeException defect) {
                throw new AssertionError("seed %d, form %s:\n%s".formatted(SEED, form,
                        new String(text, StandardCharsets.ISO_8859_1)), defect);
            }
        }
    }

    private static byte[] spoil(byte[] first, byte[] second, Random random) {
        byte[] text = random.nextInt(4) == 0 ? join(first, second, random)
                : Arrays.copyOf(first, random.nextInt(5) == 0 ? random.nextInt(first.length + 1) : first.length);
        for (int i = random.nextInt(8); i > 0 && text.length > 0; i--) {
            int at = random.nextInt(text.length);
            if (random.nextBoolean()) {
                text[at] = (byte) SPICE.charAt(random.nextInt(SPICE.length()));
            } else {
                byte[] without = new byte[text.length - 1];
                System.arraycopy(text, 0, without, 0, at);
                System.arraycopy(text, at + 1, without, at, without.length - at);
                text = without;
            }
        }
        return text;
    }

    private static byte[] join(byte[] first, byte[] second, Random random) {
        int cut = random.nextInt(first.length + 1);
        byte[] text = Arrays.copyOf(first, cut + second.length);
        System.arraycopy(second, 0, text, cut, second.length);
        return text;
    }

    /// Every way to write bytes that the forms know, and some that they do not.
    private static Map<String, Function<byte[], String>> writers() {
        Map<String, Function<byte[], String>> writers = new TreeMap<>();
        writers.put("digits", HexFormat.of()::formatHex);
        writers.put("spaced", HexFormat.ofDelimiter(" ")::formatHex);
        writers.put("colons", HexFormat.ofDelimiter(":")::formatHex);
        writers.put("commas", HexFormat.ofDelimiter(", ")::formatHex);
        writers.put("0x", bytes -> each(bytes, b -> "0x%02x".formatted(b), ", "));
        writers.put("0x, brackets", bytes -> "[" + each(bytes, b -> "0x%x".formatted(b), ", ") + "]");
        writers.put("\\x", bytes -> "\"" + each(bytes, b -> "\\x%02x".formatted(b), "") + "\"");
        writers.put("h", bytes -> each(bytes, b -> "%02xh".formatted(b), ", "));
        writers.put("Rust {:x?}", bytes -> "[" + each(bytes, b -> "%x".formatted(b), ", ") + "]");
        writers.put("Rust {:02x?}", bytes -> "[" + each(bytes, b -> "%02x".formatted(b), ", ") + "]");
        writers.put("decimal", bytes -> "[" + each(bytes, b -> "%d".formatted(b), ", ") + "]");
        // Two digits each with blanks between are hex by rule.
        writers.put("decimal, blanks", bytes -> each(bytes, b -> "%d".formatted(b), " ") + " 7");
        writers.put("decimal, signed", bytes -> "[" + each(bytes, b -> "%d".formatted((byte) (int) b), ", ") + "]");
        writers.put("octal", bytes -> each(bytes, b -> "%03o".formatted(b), " "));
        writers.put("JSON", bytes -> "{\"bytes\": [" + each(bytes, b -> "%d".formatted(b), ", ") + "]}");
        writers.put("monitor", bytes -> "instruction_bytes=[" + each(bytes, b -> "%02X".formatted(b), ", ") + "]");
        writers.put("monitor, decimal", bytes -> "instruction_bytes=[" + each(bytes, b -> "%d".formatted(b), ", ") + "]");
        writers.put("xxd", bytes -> dump(bytes, "%08x: ", HexFuzzTest::pairs, true));
        writers.put("xxd -g1", bytes -> dump(bytes, "%08x: ", row -> each(row, b -> "%02x".formatted(b), " "), true));
        writers.put("xxd -d", bytes -> dump(bytes, "%08d: ", HexFuzzTest::pairs, true));
        writers.put("xxd -e", bytes -> dump(pad(bytes, 4), "%08x: ", row -> words(row, 4), true));
        writers.put("xxd -e without characters", bytes -> dump(pad(bytes, 4), "%08x: ", row -> words(row, 4), false));
        writers.put("xxd -b", bytes -> dump(bytes, "%08x: ", row -> each(row, HexFuzzTest::bits, " "), true));
        writers.put("od -A x", bytes -> dump(bytes, "%06x ", row -> each(row, b -> "%02x".formatted(b), " "), false));
        writers.put("od -A d", bytes -> dump(bytes, "%07d ", row -> each(row, b -> "%02x".formatted(b), " "), false));
        writers.put("od -t x1", bytes -> dump(bytes, "%07o ", row -> each(row, b -> "%02x".formatted(b), " "), false));
        writers.put("od -t x2", bytes -> dump(pad(bytes, 2), "%07o ", row -> words(row, 2), false));
        writers.put("od -t x2 -A x", bytes -> dump(pad(bytes, 2), "%06x ", row -> words(row, 2), false));
        writers.put("od -t x4", bytes -> dump(pad(bytes, 4), "%07o ", row -> words(row, 4), false));
        writers.put("od -b", bytes -> dump(bytes, "%07o ", row -> each(row, b -> "%03o".formatted(b), " "), false));
        writers.put("od -t u1", bytes -> dump(bytes, "%07o ", row -> each(row, b -> "%3d".formatted(b), " "), false));
        writers.put("hexdump -C", bytes -> dump(bytes, "%08x  ", row -> each(row, b -> "%02x".formatted(b), " ")
                + "  |" + characters(row) + "|", false));
        return writers;
    }

    private static String each(byte[] bytes, Function<Integer, String> text, String delimiter) {
        StringJoiner joiner = new StringJoiner(delimiter);
        for (byte value : bytes) {
            joiner.add(text.apply(value & 0xff));
        }
        return joiner.toString();
    }

    private static String bits(int value) {
        return Integer.toBinaryString(value | 0x100).substring(1);
    }

    private static String pairs(byte[] row) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            text.append(i > 0 && i % 2 == 0 ? " " : "").append("%02x".formatted(row[i]));
        }
        return text.toString();
    }

    private static String words(byte[] row, int size) {
        StringJoiner text = new StringJoiner(" ");
        ByteBuffer words = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
        while (words.hasRemaining()) {
            text.add(size == 2 ? "%04x".formatted(words.getShort()) : "%08x".formatted(words.getInt()));
        }
        return text.toString();
    }

    private static byte[] pad(byte[] bytes, int size) {
        return Arrays.copyOf(bytes, (bytes.length + size - 1) / size * size);
    }

    private static String characters(byte[] row) {
        return each(row, b -> b >= ' ' && b <= '~' ? String.valueOf((char) (int) b) : ".", "");
    }

    private static String dump(byte[] bytes, String address, Function<byte[], String> row, boolean characters) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i += 16) {
            byte[] part = Arrays.copyOfRange(bytes, i, Math.min(i + 16, bytes.length));
            text.append(address.formatted(i)).append(row.apply(part))
                    .append(characters ? "  " + characters(part) : "").append("\n");
        }
        return text.toString();
    }

    /// Bytes that code, zeros, small numbers, digits and letters are made of.
    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(40)];
        int kind = random.nextInt(6);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) switch (kind) {
                case 0 -> 0;
                case 1 -> random.nextInt(10);
                case 2 -> random.nextInt(100);
                case 3 -> '0' + random.nextInt(10);
                case 4 -> 'a' + random.nextInt(6);
                default -> random.nextInt(256);
            };
        }
        return bytes;
    }

    @Test
    @Timeout(120)
    void bytesAreReadAsTheyWereWrittenOrAskedAbout() {
        Random random = new Random(SEED);
        Map<String, Function<byte[], String>> writers = writers();
        Map<String, Integer> read = new TreeMap<>();
        for (int i = 0; i < TEXTS; i++) {
            byte[] bytes = bytes(random);
            writers.forEach((writer, format) -> {
                String text = format.apply(bytes);
                String hex = HexFormat.of().formatHex(bytes) + (writer.equals("decimal, blanks") ? "07" : "");
                try {
                    ReadHex found = ReadHex.of(text);
                    assertThat(found.chunks().replaceFirst("^0:<?", ""))
                            .as("seed %d, %s, read as %s:\n%s", SEED, writer, found.form(), text)
                            .startsWith(hex).matches(chunks -> chunks.substring(hex.length()).matches("(00){0,3}"));
                    read.merge(writer, 1, Integer::sum);
                } catch (HexException asked) {
                    assertThat(asked.getMessage()).doesNotContain("\n");
                }
            });
        }
        assertThat(read).containsOnlyKeys(writers.keySet().stream()
                .filter(writer -> !writer.startsWith("od -t x2") && !writer.equals("od -t x4") && !writer.equals("od -b")
                        && !writer.equals("od -t u1") && !writer.equals("decimal, blanks") && !writer.equals("octal")
                        && !writer.equals("xxd -e without characters") && !writer.equals("monitor, decimal")).toList());
    }
}
