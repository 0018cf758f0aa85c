package org.vemmio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// A line of a recording, as far as decoding has to do with it. Reads the lines as the recordings here are written.
record RecordedLine(String place, String json) {
    private static final Pattern ACCESS =
            Pattern.compile("\"op\": ?\"([rw])\", ?\"gpa\": ?\"0x([0-9a-f]+)\", ?\"size\": ?(\\d+)");

    /// A device access; `write` is the direction, `size` in bytes.
    record RecordedAccess(boolean write, long gpa, int size) {
    }

    static List<RecordedLine> all(String recording) {
        String name = "META-INF/vemmio/recordings/" + recording + ".jsonl.gz";
        List<RecordedLine> traps = new ArrayList<>();
        try (InputStream file = Objects.requireNonNull(ClassLoader.getSystemResourceAsStream(name), name);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                traps.add(new RecordedLine(recording + ":" + (traps.size() + 2), line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(traps).as(recording).isNotEmpty();
        return traps;
    }

    CodeMode mode() {
        return CodeMode.of(Integer.parseInt(first(before(), "\"mode\": ?(\\d+)", "64")));
    }

    byte[] code() {
        return HexFormat.of().parseHex(first(before(), "\"code\": ?\"([0-9a-f]+)\"", ""));
    }

    long gla() {
        return hex(first(before(), "\"gla\": ?\"0x([0-9a-f]+)\", ?\"gpa\"", "0"));
    }

    long gpa() {
        return hex(first(before(), "\"gla\": ?\"0x[0-9a-f]+\", ?\"gpa\": ?\"0x([0-9a-f]+)\"", "0"));
    }

    String mnemonic() {
        return first(before(), "\"mnemonic\": ?\"([a-z0-9]+)\"", "");
    }

    /// {@return a register or segment base before the instruction, rip among them}
    long register(String name) {
        return hex(first(before(), "\"" + name + "\": ?\"0x([0-9a-f]+)\"", "0"));
    }

    /// {@return the outcome, or an empty string where none is recorded}
    String outcome() {
        return first(after(), "\"outcome\": ?\"([a-z]+)\"", "");
    }

    long ripAfter() {
        return hex(first(after(), "\"rip\": ?\"0x([0-9a-f]+)\"", "0"));
    }

    List<RecordedAccess> accesses() {
        List<RecordedAccess> accesses = new ArrayList<>();
        ACCESS.matcher(before()).results().forEach(found -> accesses.add(access(found)));
        return accesses;
    }

    private static RecordedAccess access(MatchResult found) {
        return new RecordedAccess(found.group(1).equals("w"), hex(found.group(2)), Integer.parseInt(found.group(3)));
    }

    private String before() {
        int expect = json.indexOf("\"expect\"");
        return expect < 0 ? json : json.substring(0, expect);
    }

    private String after() {
        return json.substring(before().length());
    }

    private static String first(String text, String pattern, String otherwise) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }

    /// {@return the place and the bytes}
    @Override
    public String toString() {
        return place + " " + mode() + " " + HexFormat.of().formatHex(code());
    }
}
