package org.vemmio.emulator.importing;

import org.jspecify.annotations.Nullable;

/// A line of a KVM trace: who, where, when, and the event. As ftrace, `trace-cmd report` or `perf script` prints it:
///
/// ```text
///  CPU 0/KVM-2807    [000] d..1.  4583.889109: kvm_mmio: mmio write len 4 gpa 0xfee000b0 val 0x0
///  CPU 0/KVM  2807/2811 [000]  4583.889109:  kvm:kvm_mmio: mmio write len 4 gpa 0xfee000b0 val 0x0
/// ```
///
/// @param thread the thread of the virtual processor; empty where the line does not tell
/// @param cpu the processor of the host; -1 where the line does not tell
/// @param time in units of the smallest digit, or -1 where there is none
/// @param event what it tells
/// @param text the line
record KvmTraceLine(String thread, int cpu, long time, KvmEvent event, String text) {
    private static final String[] NAMES = {KvmEvent.MMIO, KvmEvent.EMULATE, KvmEvent.MATCH};
    private static final int FRACTION = 9;
    private static final long MOST_SECONDS = 1_000_000_000L;

    /// Returns the line, or null if it tells of no event that counts here.
    static @Nullable KvmTraceLine of(String text) {
        for (String name : NAMES) {
            int at = text.indexOf(name + ":");
            if (at >= 0 && (at == 0 || text.charAt(at - 1) == ' ' || text.charAt(at - 1) == ':'
                    || text.charAt(at - 1) == '\t')) {
                return of(text, text.substring(0, at),
                        KvmEvent.of(name, text.substring(at + name.length() + 1).strip()));
            }
        }
        return null;
    }

    private static KvmTraceLine of(String text, String before, KvmEvent event) {
        String head = before.endsWith("kvm:") ? before.substring(0, before.length() - 4) : before;
        head = head.strip();
        int blank = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\t'));
        long time = head.endsWith(":") ? time(head.substring(blank + 1, head.length() - 1)) : -1;
        int close = head.lastIndexOf(']');
        int open = head.lastIndexOf('[', close);
        int cpu = open >= 0 ? number(head, open + 1, close) : -1;
        String who = open >= 0 ? head.substring(0, open).strip() : "";
        if (who.endsWith(")")) {
            who = who.substring(0, Math.max(0, who.lastIndexOf('('))).strip();
        }
        int digits = who.length();
        while (digits > 0 && Character.digit(who.charAt(digits - 1), 10) >= 0) {
            digits--;
        }
        return new KvmTraceLine(digits < who.length() ? who.substring(digits) : who, cpu, time, event, text);
    }

    private static int number(String text, int from, int to) {
        try {
            return Integer.parseInt(text, from, to, 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /// Returns nanoseconds of a time in seconds; a whole number, of another clock, as it is.
    private static long time(String text) {
        int point = text.indexOf('.');
        try {
            if (point < 0) {
                return Math.max(-1, Long.parseLong(text));
            }
            long seconds = Long.parseLong(text, 0, point, 10);
            String fraction = text.substring(point + 1);
            if (seconds < 0 || seconds > MOST_SECONDS || fraction.isEmpty() || fraction.length() > FRACTION) {
                return -1;
            }
            return Long.parseLong(seconds + fraction + "0".repeat(FRACTION - fraction.length()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
