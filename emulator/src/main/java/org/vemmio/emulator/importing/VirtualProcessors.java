package org.vemmio.emulator.importing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vemmio.emulator.input.Limits;

/// The virtual processors of a KVM trace, of one guest or of several, by their threads. For one thread.
final class VirtualProcessors {
    private final VirtualProcessor.Workshop workshop;
    private final Map<String, VirtualProcessor> byThread = new LinkedHashMap<>(16, 0.75f, true);
    /// The line in front of which events of a processor were lost, by processor.
    private final Map<Integer, Long> losses = EventOrder.bounded(Limits.IMPORTED_PROCESSORS);

    VirtualProcessors(VirtualProcessor.Workshop workshop) {
        this.workshop = workshop;
    }

    void take(EventOrder.Placed placed) throws IOException {
        KvmTraceLine line = placed.line();
        placed.loss().ifPresent(cpu -> losses.put(cpu, placed.sequence()));
        VirtualProcessor processor = byThread.get(line.thread());
        if (processor == null) {
            processor = new VirtualProcessor(workshop);
            byThread.put(line.thread(), processor);
            forgetEldest();
        }
        boolean lost = isAfterLoss(processor, processor.lastCpu()) || isAfterLoss(processor, line.cpu())
                || isAfterLoss(processor, EventOrder.ANY);
        if (processor.at(line.time(), placed.sequence(), line.cpu())) {
            processor.interrupt(ImportReason.OUT_OF_ORDER);
        } else if (lost) {
            processor.interrupt(ImportReason.EVENTS_LOST);
        }
        processor.take(line.event());
    }

    private boolean isAfterLoss(VirtualProcessor processor, int cpu) {
        return losses.getOrDefault(cpu, -1L) > processor.lastSequence();
    }

    private void forgetEldest() throws IOException {
        if (byThread.size() > Limits.IMPORTED_PROCESSORS) {
            Iterator<VirtualProcessor> eldest = byThread.values().iterator();
            VirtualProcessor forgotten = eldest.next();
            eldest.remove();
            forgotten.end();
        }
    }

    /// Ends what all of them were doing.
    void end() throws IOException {
        List<VirtualProcessor> all = new ArrayList<>(byThread.values());
        byThread.clear();
        for (VirtualProcessor processor : all) {
            processor.end();
        }
    }
}
