package org.vemmio.emulator.importing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vemmio.decoder.Decoder;

/// Reads KVM trace events: what `cat trace` of ftrace, `trace-cmd report` and `perf script` print.
public final class KvmTraceImporter implements TrapImporter {
    /// What ftrace says, what trace-cmd says, and what perf says.
    private static final Pattern LOST = Pattern.compile(
            "CPU:(\\d{1,9}) \\[(?:LOST|(?:\\d+ )?EVENTS DROPPED)|\\[LOST|EVENTS DROPPED|PERF_RECORD_LOST");

    /// Made by the service loader.
    public KvmTraceImporter() {
    }

    @Override
    public String name() {
        return "kvm-trace";
    }

    @Override
    public String description() {
        return "KVM events, as ftrace, trace-cmd or perf prints them";
    }

    @Override
    public List<String> example() {
        return List.of(
                " CPU 0/KVM-2807 [000] .....  4583.889109: kvm_emulate_insn: 0:ffffffff8134be37:44 8b 60 60 (prot64)",
                " CPU 0/KVM-2807 [000] .....  4583.889110: vcpu_match_mmio: gva 0xffffc90000005060 gpa 0xd0000060"
                        + " Read GPA",
                " CPU 0/KVM-2807 [000] .....  4583.889111: kvm_mmio: mmio read len 4 gpa 0xd0000060 val 0x1");
    }

    @Override
    public boolean recognises(List<String> head) {
        return head.stream().map(KvmTraceLine::of)
                .anyMatch(line -> line != null && !(line.event() instanceof KvmEvent.Unreadable));
    }

    @Override
    public void read(ImportSource source, ImportSummary summary, TrapSink sink) throws IOException {
        SourceLines lines = source.lines();
        EventOrder order = new EventOrder();
        List<EventOrder.Placed> ready = new ArrayList<>();
        boolean any = false;
        try (Decoder decoder = Decoder.open(); TrapFitter fitter = new TrapFitter()) {
            VirtualProcessors processors = new VirtualProcessors(
                    new VirtualProcessor.Workshop(decoder, fitter, summary, sink));
            for (String text = lines.next(); text != null; text = lines.next()) {
                KvmTraceLine line = KvmTraceLine.of(text);
                summary.line(line != null);
                if (line == null) {
                    lost(text, order, summary);
                    continue;
                }
                any = true;
                add(line, order, ready, summary);
                give(ready, processors);
            }
            order.drain(ready);
            give(ready, processors);
            processors.end();
        }
        if (!any) {
            throw new ImportException(lines.file(), 0, "no KVM trace events; there must be lines with kvm_emulate_insn"
                    + " and kvm_mmio, as 'trace-cmd record -e kvm' makes them");
        }
    }

    private static void lost(String text, EventOrder order, ImportSummary summary) {
        if (text.indexOf('L') < 0 && text.indexOf('E') < 0) {
            return;
        }
        Matcher lost = LOST.matcher(text);
        if (lost.find()) {
            summary.lost();
            order.lost(lost.group(1) == null ? EventOrder.ANY : Integer.parseInt(lost.group(1)));
        }
    }

    private static void add(KvmTraceLine line, EventOrder order, List<EventOrder.Placed> ready, ImportSummary summary) {
        boolean isNew = order.add(line, ready);
        if (!isNew || line.event() instanceof KvmEvent.Unreadable) {
            ImportReason reason = isNew ? ImportReason.UNREADABLE : ImportReason.DUPLICATE;
            if (KvmEvent.isInstruction(line.event())) {
                summary.instruction(reason);
            } else if (KvmEvent.isAccess(line.event())) {
                summary.accesses(reason, 1);
            }
        }
    }

    private static void give(List<EventOrder.Placed> ready, VirtualProcessors processors) throws IOException {
        for (EventOrder.Placed placed : ready) {
            processors.take(placed);
        }
        ready.clear();
    }
}
