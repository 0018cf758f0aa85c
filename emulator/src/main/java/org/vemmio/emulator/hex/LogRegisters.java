package org.vemmio.emulator.hex;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.hex.CrashDump.DumpedSegment;

/// Gathers the registers that a log prints: `RAX: …` as Linux, `RAX=…` as QEMU, `RAX  - …` as edk2, `rax  0x…` as gdb,
/// `GUEST_RSP: …` as HAXM.
///
/// RAX or RIP for a second time begin another set. A name at the end of a line has its value on the next.
final class LogRegisters {
    private static final Map<String, String> NAMES = names();
    private static final int MOST_NAME = 20;
    private static final int MOST_SYMBOL = 200;
    private static final int FEWEST_DIGITS = 4;
    private static final long LONG_MODE_ACTIVE = 0x400;
    private static final String GUEST = "guest_";

    private RegisterSet current = new RegisterSet();
    private String waiting = "";

    /// One set of registers.
    static final class RegisterSet {
        final Map<String, Long> values = new LinkedHashMap<>();
        final Map<String, DumpedSegment> segments = new LinkedHashMap<>();
        String symbol = "";
        boolean located;
        boolean narrow;
        private @Nullable Long attributes;
        private @Nullable CodeMode told;

        void tell(CodeMode mode) {
            told = mode;
        }

        Optional<CodeMode> mode() {
            if (told != null) {
                return Optional.of(told);
            }
            if (attributes != null) {
                boolean active = (values.getOrDefault("efer", LONG_MODE_ACTIVE) & LONG_MODE_ACTIVE) != 0;
                return Optional.of((attributes & 0x20) != 0 && active ? CodeMode.CODE64
                        : (attributes & 0x40) != 0 ? CodeMode.CODE32 : CodeMode.CODE16);
            }
            if (narrow) {
                return Optional.of(CodeMode.CODE32);
            }
            OptionalLong selector = segments.getOrDefault("cs", DumpedSegment.UNKNOWN).selector();
            if (selector.isPresent() && selector.getAsLong() == 0x23) {
                return Optional.of(CodeMode.CODE32);
            }
            return values.containsKey("rax") || located ? Optional.of(CodeMode.CODE64) : Optional.empty();
        }
    }

    private static Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (String name : "ax bx cx dx si di bp sp ip".split(" ")) {
            names.put("r" + name, "r" + name);
            names.put("e" + name, "r" + name);
        }
        for (int i = 8; i < 16; i++) {
            names.put("r" + i, "r" + i);
        }
        names.put("r08", "r8");
        names.put("r09", "r9");
        for (String name : "rflags eflags rfl efl".split(" ")) {
            names.put(name, "rflags");
        }
        for (String name : "cr0 cr2 cr3 cr4 cr8 efer cs ss ds es fs gs".split(" ")) {
            names.put(name, name);
        }
        names.put("fs_base", "fs.base");
        names.put("gs_base", "gs.base");
        return names;
    }

    /// Returns the set that is being gathered.
    RegisterSet current() {
        return current;
    }

    /// Begins another set.
    RegisterSet restart() {
        current = new RegisterSet();
        return current;
    }

    /// Takes the registers in a line.
    void line(String text) {
        int i = 0;
        if (!waiting.isEmpty()) {
            String name = waiting;
            waiting = "";
            i = Digits.blankEnd(text, quoteEnd(text));
            i = value(text, i, name, ':');
        }
        while (i < text.length()) {
            if (!Digits.isWord(text.charAt(i))) {
                i++;
                continue;
            }
            int end = Digits.wordEnd(text, i);
            i = end - i <= MOST_NAME ? word(text, i, end) : end;
        }
    }

    /// Returns where the marks of a quoted mail end.
    static int quoteEnd(String text) {
        int i = 0;
        while (i < text.length() && (text.charAt(i) == '>' || Digits.isBlank(text.charAt(i)))) {
            i++;
        }
        return i;
    }

    private int word(String text, int from, int end) {
        String word = text.substring(from, end).toLowerCase(Locale.ROOT);
        if (word.startsWith(GUEST)) {
            return guest(text, end, word.substring(GUEST.length()));
        }
        String name = NAMES.get(word);
        if (name == null) {
            return end;
        }
        int i = Digits.blankEnd(text, end);
        char separator = Digits.at(text, i);
        if (separator != ':' && separator != '=' && separator != '-') {
            boolean column = from == 0 && i > end && Digits.isPrefix(text, i);
            if (column) {
                narrow(word);
                return value(text, i, name, ' ');
            }
            return end;
        }
        i = Digits.blankEnd(text, i + 1);
        if (i == text.length()) {
            waiting = separator == '-' ? "" : name;
            return i;
        }
        int next = value(text, i, name, separator);
        if (next > i) {
            narrow(word);
        }
        return Math.max(next, end);
    }

    private void narrow(String word) {
        current.narrow |= word.equals("eip") || word.equals("eax");
    }

    /// HAXM prints the fields of the VMCS by their names.
    private int guest(String text, int end, String field) {
        int i = Digits.blankEnd(text, end);
        int value = Digits.blankEnd(text, i + 1);
        int stop = Digits.hexEnd(text, value);
        if (Digits.at(text, i) != ':' || stop == value || stop - value > Digits.MOST) {
            return end;
        }
        long number = Digits.hex(text, value, stop);
        int underscore = field.indexOf('_');
        String name = underscore < 0 ? NAMES.get(field) : NAMES.get(field.substring(0, underscore));
        if (name == null) {
            return stop;
        }
        if (underscore < 0) {
            current.values.put(name, number);
        } else if (field.endsWith("_base")) {
            base(name, number);
        } else if (field.endsWith("_selector")) {
            selector(name, number);
        } else if (field.equals("cs_ar")) {
            current.attributes = number >> 8;
        }
        return stop;
    }

    /// Takes a value, with a selector in front of it or brackets around it; gives where it ends.
    private int value(String text, int from, String name, char separator) {
        int i = from;
        OptionalLong selector = OptionalLong.empty();
        if (Digits.hexEnd(text, i) == i + 4 && Digits.at(text, i + 4) == ':') {
            selector = OptionalLong.of(Digits.hex(text, i, i + 4));
            i += 5;
        }
        i += text.startsWith("[<", i) ? 2 : 0;
        boolean prefixed = Digits.isPrefix(text, i);
        i += prefixed ? 2 : 0;
        int end = Digits.hexEnd(text, i);
        char next = Digits.at(text, end);
        boolean number = end > i && end - i <= Digits.MOST && (prefixed || end - i >= FEWEST_DIGITS)
                && !Digits.isWord(next) && next != '+';
        if (!number && !(name.equals("rip") && (selector.isPresent() || Digits.isWord(Digits.at(text, i)))
                && separator == ':')) {
            return from;
        }
        if (name.equals("rip") && current.located || name.equals("rax") && current.values.containsKey("rax")) {
            current = new RegisterSet();
        }
        if (name.equals("rip")) {
            current.located = true;
            selector.ifPresent(cs -> selector("cs", cs));
            current.symbol = symbol(text, number ? end : i, number);
        } else if (name.equals("rsp")) {
            selector.ifPresent(ss -> selector("ss", ss));
        }
        if (!number) {
            return text.length();
        }
        long value = Digits.hex(text, i, end);
        return set(text, end, name, value, end - i);
    }

    private int set(String text, int end, String name, long value, int digits) {
        if (name.endsWith(".base")) {
            base(name.substring(0, 2), value);
        } else if (name.length() == 2 && name.charAt(1) == 's') {
            return segment(text, end, name, value, digits);
        } else {
            current.values.put(name, value);
        }
        return end;
    }

    /// Takes Linux's `base(selector)` or `selector`, and QEMU's `selector base limit attributes`.
    private int segment(String text, int end, String name, long value, int digits) {
        if (Digits.at(text, end) == '(') {
            int stop = Digits.hexEnd(text, end + 1);
            base(name, value);
            if (stop > end + 1 && stop - end <= 5) {
                selector(name, Digits.hex(text, end + 1, stop));
            }
            return stop;
        }
        selector(name, value);
        int base = Digits.blankEnd(text, end);
        int baseEnd = Digits.hexEnd(text, base);
        int limitEnd = Digits.hexEnd(text, baseEnd + 1);
        int attributesEnd = Digits.hexEnd(text, limitEnd + 1);
        if (digits == 4 && (baseEnd - base == 8 || baseEnd - base == 16) && limitEnd - baseEnd == 9
                && attributesEnd - limitEnd == 9) {
            base(name, Digits.hex(text, base, baseEnd));
            if (name.equals("cs")) {
                current.attributes = Digits.hex(text, limitEnd + 1, attributesEnd) >> 16;
            }
            return attributesEnd;
        }
        return end;
    }

    private void selector(String name, long value) {
        DumpedSegment before = current.segments.getOrDefault(name, DumpedSegment.UNKNOWN);
        current.segments.put(name, new DumpedSegment(OptionalLong.of(value & 0xffff), before.base()));
    }

    private void base(String name, long value) {
        DumpedSegment before = current.segments.getOrDefault(name, DumpedSegment.UNKNOWN);
        current.segments.put(name, new DumpedSegment(before.selector(), OptionalLong.of(value)));
    }

    /// Returns what follows RIP, or stands for it, up to a blank; with a module's name behind it.
    private static String symbol(String text, int from, boolean number) {
        String rest = text.substring(from, Math.min(text.length(), from + MOST_SYMBOL)).strip();
        if (!number) {
            return rest;
        }
        int open = rest.indexOf('<');
        int close = rest.lastIndexOf('>');
        if (rest.startsWith(">]")) {
            int last = rest.lastIndexOf("] ");
            return last < 0 ? "" : rest.substring(last + 2).strip();
        }
        return open >= 0 && close > open ? rest.substring(open + 1, close) : "";
    }
}
