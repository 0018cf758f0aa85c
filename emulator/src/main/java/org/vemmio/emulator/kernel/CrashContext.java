package org.vemmio.emulator.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What a kernel was doing, and in which state, when it wrote to its log.
///
/// @param context the task or interrupt
/// @param taint what had tainted the kernel until then
/// @param release the kernel's release, such as `6.12.117`
/// @param registers those of the instruction that trapped
public record CrashContext(Context context, Set<Taint> taint, String release, Registers registers) {
    /// Creates a context; `taint` is copied.
    public CrashContext {
        taint = Set.copyOf(taint);
    }

    /// Lists what stands at the head of a report (Linux lib/dump_stack.c, `dump_stack_print_info`), in a kernel whose
    /// machine has no name.
    List<String> head() {
        List<String> lines = new ArrayList<>();
        lines.add("CPU: %d UID: 0 PID: %d Comm: %.20s %s %s #1"
                .formatted(context.cpu(), context.pid(), context.comm(), Taint.print(taint), release));
        if (!taint.isEmpty()) {
            lines.add(Taint.printVerbose(taint));
        }
        return lines;
    }

    /// Lists the functions on the stack, without the offsets that only a kernel's image tells, and under them the
    /// registers at the trap, if they were saved on this stack.
    List<String> callTrace(List<String> functions, boolean trapped) {
        String stack = context.kind() == Context.Kind.INTERRUPT ? "IRQ" : "TASK";
        List<String> lines = new ArrayList<>();
        lines.add("Call Trace:");
        lines.add(" <" + stack + ">");
        functions.forEach(function -> lines.add(" " + function));
        if (trapped) {
            lines.addAll(registers.saved());
        }
        lines.add(" </" + stack + ">");
        return lines;
    }
}
