package org.vemmio.emulator.recording;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.input.AddressRange;
import org.vemmio.emulator.input.Glob;
import org.vemmio.emulator.input.Numbers;
import org.vemmio.emulator.input.Suggestions;

/// Which traps of recordings are taken, written as terms with commas between, all of which hold, such as
/// `mnemonic=movs*,device=vga-lowmem,mode=64,first=100`. Immutable.
///
/// | term | what it holds for |
/// |---|---|
/// | `mnemonic=PATTERN` | the instruction as the processor decodes it; none where the bytes are no instruction |
/// | `device=PATTERN` | the device's label; `none` where there is none |
/// | `mode=BITS` | the size of the code segment, 16, 32 or 64 |
/// | `cpl=N` | the privilege level, 0 to 3 |
/// | `gpa=RANGE` | the guest-physical address, such as `0xa0000-0xbffff` |
/// | `gla=RANGE` | the guest-linear address |
/// | `rip=RANGE` | the instruction pointer |
/// | `line=RANGE` | the line of the recording, whose header is line 1 |
/// | `bytes=HEX` | what the instruction bytes begin with |
/// | `per-instruction=N` | no more than N traps of the same instruction bytes |
/// | `first=N` | no more than N traps |
///
/// In a pattern `*` stands for any characters, `?` for one; in both, case does not count. A range is two numbers with a
/// hyphen between, or one. Alternatives have a slash between (`mode=16/32`). `!=` instead of `=` takes what the term
/// does not hold for. The last two terms count what all the others have taken, from one recording to the next; they
/// take neither alternatives nor `!=`.
public final class TrapFilter {
    private static final String PER_INSTRUCTION = "per-instruction";
    private static final String FIRST = "first";
    private static final List<String> KEYS = List.of("mnemonic", "device", "mode", "cpl", "gpa", "gla", "rip", "line",
            "bytes", PER_INSTRUCTION, FIRST);
    private static final Decoding NOT_DECODED = new DecodeFailure(DecodeFailure.Reason.TRUNCATED, 0);

    private final String text;
    private final List<BiPredicate<RecordedTrap, Decoding>> terms = new ArrayList<>();
    private boolean decodes;
    private long perInstruction = Long.MAX_VALUE;
    private long first = Long.MAX_VALUE;

    private TrapFilter(String text) {
        this.text = text;
    }

    /// {@return the filter that takes every trap}
    public static TrapFilter all() {
        return new TrapFilter("");
    }

    /// {@return the filter that `text` writes}
    ///
    /// @throws IllegalArgumentException if it is none; the message is one line, which names the column, from 1
    public static TrapFilter parse(String text) {
        TrapFilter filter = new TrapFilter(text);
        Set<String> seen = new HashSet<>();
        int start = 0;
        for (String term : text.split(",", -1)) {
            filter.add(term, start, seen);
            start += term.length() + 1;
        }
        return filter;
    }

    private void add(String term, int start, Set<String> seen) {
        int equals = term.indexOf('=');
        boolean negated = equals > 0 && term.charAt(equals - 1) == '!';
        String key = term.substring(0, equals < 0 ? term.length() : negated ? equals - 1 : equals);
        if (!KEYS.contains(key)) {
            throw wrong(start, key.isEmpty() ? "a term looks like device=vga-lowmem"
                    : "'%s' is no key; %s".formatted(key, Suggestions.hint(key, KEYS, "there are")));
        }
        if (equals < 0) {
            throw wrong(start + key.length(),
                    "'%s' lacks its value; a term looks like device=vga-lowmem".formatted(key));
        }
        if (!seen.add(term.substring(0, equals))) {
            throw wrong(start, "'%s' stands here twice; alternatives have a slash between".formatted(key));
        }
        String value = term.substring(equals + 1);
        int at = start + equals + 1;
        boolean limit = key.equals(PER_INSTRUCTION) || key.equals(FIRST);
        if (limit && (negated || value.indexOf('/') >= 0)) {
            throw wrong(start, "'%s' takes one number, and no !=".formatted(key));
        }
        switch (key) {
            case PER_INSTRUCTION -> {
                perInstruction = limit(value, at);
                decodes = true;
            }
            case FIRST -> first = limit(value, at);
            default -> terms.add(anyOf(key, value, at, negated));
        }
    }

    private BiPredicate<RecordedTrap, Decoding> anyOf(String key, String value, int start, boolean negated) {
        List<BiPredicate<RecordedTrap, Decoding>> alternatives = new ArrayList<>();
        int at = start;
        for (String alternative : value.split("/", -1)) {
            if (alternative.isEmpty()) {
                throw wrong(at, "'%s' lacks a value".formatted(key));
            }
            alternatives.add(condition(key, alternative, at));
            at += alternative.length() + 1;
        }
        return (trap, decoding) -> alternatives.stream().anyMatch(one -> one.test(trap, decoding)) != negated;
    }

    private BiPredicate<RecordedTrap, Decoding> condition(String key, String value, int at) {
        return switch (key) {
            case "mnemonic" -> {
                decodes = true;
                yield (_, decoding) ->
                        decoding instanceof Instruction instruction && Glob.matches(value, instruction.mnemonic());
            }
            case "device" -> of(trap -> Glob.matches(value,
                    trap.labels().deviceOrNone()));
            case "mode" -> {
                int bits = choice(value, at, List.of("16", "32", "64"));
                yield of(trap -> trap.mode().bits() == bits);
            }
            case "cpl" -> {
                int cpl = choice(value, at, List.of("0", "1", "2", "3"));
                yield of(trap -> trap.cpl() == cpl);
            }
            case "gpa" -> within(value, at, RecordedTrap::gpa);
            case "gla" -> within(value, at, RecordedTrap::gla);
            case "rip" -> within(value, at, RecordedTrap::rip);
            case "line" -> within(value, at, RecordedTrap::line);
            case "bytes" -> {
                String prefix = HexFormat.of().formatHex(bytes(value, at));
                yield of(trap -> HexFormat.of().formatHex(trap.code()).startsWith(prefix));
            }
            default -> throw new IllegalArgumentException(key);
        };
    }

    private static BiPredicate<RecordedTrap, Decoding> of(Predicate<RecordedTrap> predicate) {
        return (trap, _) -> predicate.test(trap);
    }

    private static BiPredicate<RecordedTrap, Decoding> within(String value, int at,
            ToLongFunction<RecordedTrap> place) {
        AddressRange range;
        try {
            range = AddressRange.parse(value);
        } catch (IllegalArgumentException e) {
            throw wrong(at, String.valueOf(e.getMessage()));
        }
        return of(trap -> range.contains(place.applyAsLong(trap)));
    }

    private static int choice(String value, int at, List<String> choices) {
        if (!choices.contains(value)) {
            throw wrong(at, "'%s' is none of %s".formatted(value, String.join(", ", choices)));
        }
        return Integer.parseInt(value);
    }

    private static byte[] bytes(String digits, int at) {
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw wrong(at, "'%s' is no row of hex digits, two a byte".formatted(digits));
        }
    }

    private static long limit(String digits, int at) {
        long limit;
        try {
            limit = Numbers.unsigned(digits);
        } catch (NumberFormatException e) {
            throw wrong(at, String.valueOf(e.getMessage()));
        }
        if (limit < 1) {
            throw wrong(at, "a limit is at least 1");
        }
        return limit;
    }

    private static IllegalArgumentException wrong(int index, String problem) {
        return new IllegalArgumentException("column %d: %s".formatted(index + 1, problem));
    }

    /// {@return a run of this filter over the traps of one or more recordings}
    ///
    /// @param decoder for the instructions, of the calling thread
    public Selection start(Decoder decoder) {
        return new Selection(this, decoder);
    }

    /// {@return the filter as it was written}
    @Override
    public String toString() {
        return text;
    }

    /// One run of a filter, which counts what it has taken. For one thread.
    public static final class Selection {
        private final TrapFilter filter;
        private final Decoder decoder;
        private final Map<Object, Integer> perInstruction = new HashMap<>();
        private long taken;

        private Selection(TrapFilter filter, Decoder decoder) {
            this.filter = filter;
            this.decoder = decoder;
        }

        /// {@return whether `trap` is taken}
        public boolean takes(RecordedTrap trap) {
            if (isOver()) {
                return false;
            }
            byte[] code = trap.code();
            Decoding decoding = filter.decodes ? decoder.decode(trap.mode(), code) : NOT_DECODED;
            for (BiPredicate<RecordedTrap, Decoding> term : filter.terms) {
                if (!term.test(trap, decoding)) {
                    return false;
                }
            }
            if (filter.perInstruction < Long.MAX_VALUE) {
                Object instruction = decoding instanceof Instruction ? decoding : HexFormat.of().formatHex(code);
                if (perInstruction.merge(instruction, 1, Integer::sum) > filter.perInstruction) {
                    return false;
                }
            }
            taken++;
            return true;
        }

        /// {@return whether no further trap will be taken}
        public boolean isOver() {
            return taken >= filter.first;
        }
    }
}
