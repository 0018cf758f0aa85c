package org.vemmio.emulator.testing;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;

/// The registers at two points in time: `rip`, `rflags`, `rax` to `r15`, `zmm0` to `zmm31`, `k0` to `k7`, `mm0` to
/// `mm7`. Immutable.
public final class RegisterChanges {
    private static final HexFormat HEX = HexFormat.of();
    private static final int VECTORS = 32;
    private static final int LANES = 8;
    private static final int XMM_DIGITS = 32;
    private static final int YMM_DIGITS = 64;

    private final Map<String, String> before;
    private final Map<String, String> after;

    private RegisterChanges(Map<String, String> before, Map<String, String> after) {
        this.before = before;
        this.after = after;
    }

    /// A register that changed.
    ///
    /// @param register its name; of a vector register that of the narrowest part that has all of the change, such as
    ///     `ymm3`
    /// @param before its value before, `0x` and hexadecimal digits; of a vector register bytes in memory order
    /// @param after its value after, likewise
    public record Change(String register, String before, String after) {
        /// {@return for instance `rax 0x0 -> 0x1234`}
        @Override
        public String toString() {
            return "%s %s -> %s".formatted(register, before, after);
        }
    }

    /// {@return in what `after` differs from `before`; both are read now and not kept}
    public static RegisterChanges between(Cpu before, Cpu after) {
        return new RegisterChanges(snapshot(before), snapshot(after));
    }

    private static Map<String, String> snapshot(Cpu cpu) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("rip", hex(cpu.rip()));
        values.put("rflags", hex(cpu.rflags()));
        for (int i = 0; i < Gpr.COUNT; i++) {
            values.put(Gpr.name(i), hex(cpu.gpr(i)));
        }
        for (int i = 0; i < VECTORS; i++) {
            StringBuilder bytes = new StringBuilder();
            for (int lane = 0; lane < LANES; lane++) {
                bytes.append(HEX.toHexDigits(Long.reverseBytes(cpu.vector(i, lane))));
            }
            values.put("zmm" + i, bytes.toString());
        }
        for (int i = 0; i < 8; i++) {
            values.put("k" + i, hex(cpu.mask(i)));
        }
        for (int i = 0; i < 8; i++) {
            values.put("mm" + i, hex(cpu.mmx(i)));
        }
        return values;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /// {@return the registers that changed, in the order of the class comment}
    public List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        before.forEach((name, old) -> {
            String now = value(after, name);
            if (!now.equals(old)) {
                changes.add(change(name, old, now));
            }
        });
        return changes;
    }

    private static Change change(String name, String old, String now) {
        if (!name.startsWith("zmm")) {
            return new Change(name, old, now);
        }
        int digits = old.substring(XMM_DIGITS).equals(now.substring(XMM_DIGITS)) ? XMM_DIGITS
                : old.substring(YMM_DIGITS).equals(now.substring(YMM_DIGITS)) ? YMM_DIGITS : now.length();
        char width = digits == XMM_DIGITS ? 'x' : digits == YMM_DIGITS ? 'y' : 'z';
        return new Change(width + name.substring(1), old.substring(0, digits), now.substring(0, digits));
    }

    /// {@return the value of a register after, as [Change] writes it}
    ///
    /// @param register a name of the class comment, or `xmm` or `ymm` with a number
    /// @throws IllegalArgumentException if there is no such register
    public String after(String register) {
        return part(after, register);
    }

    /// {@return the value of a register before, as [Change] writes it}
    ///
    /// @param register as for [#after]
    /// @throws IllegalArgumentException if there is no such register
    public String before(String register) {
        return part(before, register);
    }

    private static String part(Map<String, String> values, String register) {
        return register.startsWith("xmm") ? value(values, "z" + register.substring(1)).substring(0, XMM_DIGITS)
                : register.startsWith("ymm") ? value(values, "z" + register.substring(1)).substring(0, YMM_DIGITS)
                : value(values, register);
    }

    private static String value(Map<String, String> values, String register) {
        String value = values.get(register);
        if (value == null) {
            throw new IllegalArgumentException(
                    "no register '%s'; there are rip, rflags, %s, and xmm, ymm, zmm, k and mm with a number".formatted(
                            register, String.join(", ", Gpr.names())));
        }
        return value;
    }

    /// Returns whether these registers changed and, but for RIP, no others. `ymm1` stands for a change in `xmm1` too.
    boolean areOnly(String... names) {
        List<String> named = List.of(names);
        return named.stream().noneMatch(name -> before(name).equals(after(name)))
                && changes().stream().map(Change::register).allMatch(changed -> changed.equals("rip")
                        || named.stream().anyMatch(name -> covers(name, changed)));
    }

    /// Of the letters of xmm, ymm and zmm the later one is the wider register.
    private static boolean covers(String name, String changed) {
        return name.equals(changed) || isVector(name) && isVector(changed)
                && name.substring(1).equals(changed.substring(1)) && name.charAt(0) > changed.charAt(0);
    }

    private static boolean isVector(String name) {
        return name.startsWith("mm", 1);
    }

    boolean has(String name, long value) {
        return after(name).equals(hex(value));
    }

    boolean has(String name, String bytes) {
        return after(name).equals(bytes.replace(" ", "").toLowerCase(Locale.ROOT));
    }

    /// Returns which registers changed, in words.
    String summary() {
        List<Change> changes = changes();
        return changes.isEmpty() ? "no register changed"
                : changes.stream().map(Change::register).collect(Collectors.joining(", ", "changed ", ""));
    }

    static String only(String... names) {
        return names.length == 0 ? "no register changed but rip" : "changed only " + String.join(", ", names);
    }

    static String holding(String name, long value) {
        return name + " " + hex(value);
    }

    /// Returns the registers that a person wants to see: RIP, those that changed, and the general-purpose ones that are
    /// not 0.
    List<String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("rip", "rip " + value(before, "rip"));
        Gpr.names().stream().filter(name -> !value(before, name).equals("0x0"))
                .forEach(name -> lines.put(name, name + " " + value(before, name)));
        changes().forEach(change -> lines.put(change.register(), change.toString()));
        return List.copyOf(lines.values());
    }

    /// {@return the changes}
    @Override
    public String toString() {
        return "RegisterChanges" + changes();
    }
}
