package org.vemmio.emulator.hex;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What messages mean where people misread them.
final class LogMeanings {
    private static final String VE = "Unexpected #VE: ";
    private static final int EPT_VIOLATION = 48;
    private static final int MOST_REASON_DIGITS = 5;

    /// Basic exit reasons (Intel SDM Vol. 3C, appendix C) that a TDX guest gets as #VE.
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(0, "an exception or NMI"), Map.entry(9, "a task switch"), Map.entry(10, "CPUID"),
            Map.entry(12, "HLT"), Map.entry(13, "INVD"), Map.entry(14, "INVLPG"), Map.entry(15, "RDPMC"),
            Map.entry(16, "RDTSC"), Map.entry(18, "VMCALL"), Map.entry(28, "an access to a control register"),
            Map.entry(29, "an access to a debug register"), Map.entry(30, "an I/O instruction"),
            Map.entry(31, "RDMSR"), Map.entry(32, "WRMSR"), Map.entry(36, "MWAIT"), Map.entry(39, "MONITOR"),
            Map.entry(40, "PAUSE"), Map.entry(46, "an access to GDTR or IDTR"),
            Map.entry(47, "an access to LDTR or TR"), Map.entry(49, "an EPT misconfiguration"),
            Map.entry(51, "RDTSCP"), Map.entry(54, "WBINVD"), Map.entry(55, "XSETBV"), Map.entry(57, "RDRAND"),
            Map.entry(58, "INVPCID"), Map.entry(61, "RDSEED"), Map.entry(63, "XSAVES"), Map.entry(64, "XRSTORS"),
            Map.entry(67, "UMWAIT"), Map.entry(68, "TPAUSE"));

    private final List<Meaning> found = new ArrayList<>();

    private record Meaning(int line, String text) {
    }

    /// Takes a line of a log.
    void line(HexLine line) {
        String text = line.text();
        int reason = text.indexOf(VE);
        if (reason >= 0) {
            int from = reason + VE.length();
            int end = from;
            while (Digits.isDecimal(Digits.at(text, end))) {
                end++;
            }
            if (end > from && end - from <= MOST_REASON_DIGITS) {
                virtualization(line, Integer.parseInt(text, from, end, 10));
            }
        }
        if (text.contains("exit_code: 0x404") || text.contains("exit-code 0x404")) {
            add(line, "exit code 0x404 is \"page not validated\": the guest touched memory that it had not validated; it does"
                    + " not mean that the instruction could not be decoded");
        }
    }

    private void virtualization(HexLine line, int reason) {
        if (reason != EPT_VIOLATION) {
            add(line, "#VE reason %d is %s, not an EPT violation: no access to a device".formatted(reason,
                    REASONS.getOrDefault(reason, "none that a TDX module is known to inject")));
        }
    }

    private void add(HexLine line, String text) {
        if (found.isEmpty() || !found.getLast().text.equals(text)) {
            found.add(new Meaning(line.number(), text));
        }
    }

    /// Returns what was said behind a line, up to another.
    List<String> between(int after, int upTo) {
        return found.stream().filter(meaning -> meaning.line > after && meaning.line <= upTo)
                .map(Meaning::text).distinct().toList();
    }
}
