package evolve;

import java.io.DataInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;

import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.BackendStateType;

/** Prints for each savepoint folder the operators with state and the names of their states: "FOLDER ID NAME,NAME". Timers are left out. */
public final class States {
    public static void main(String[] folders) throws Exception {
        for (String folder : folders) {
            Path file = Path.of(folder, "_metadata");
            CheckpointMetadata metadata;
            try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
                metadata = Checkpoints.loadCheckpointMetadata(in, States.class.getClassLoader(), folder);
            }
            for (OperatorState operator : metadata.getOperatorStates()) {
                TreeSet<String> names = new TreeSet<>();
                for (OperatorSubtaskState subtask : operator.getStates()) {
                    for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
                        names.addAll(handle.getStateNameToPartitionOffsets().keySet());
                    }
                    for (KeyedStateHandle handle : subtask.getManagedKeyedState()) {
                        keyed((KeyGroupsStateHandle) handle, names);
                    }
                }
                if (operator.getCoordinatorState() != null) {
                    names.add("<coordinator>");
                }
                if (!names.isEmpty()) {
                    System.out.println(folder + "\t" + operator.getOperatorID().toHexString() + "\t" + String.join(",", names));
                }
            }
        }
    }

    private static void keyed(KeyGroupsStateHandle handle, TreeSet<String> names) throws Exception {
        try (FSDataInputStream in = handle.openInputStream()) {
            KeyedBackendSerializationProxy<?> header = new KeyedBackendSerializationProxy<>(States.class.getClassLoader());
            header.read(new DataInputViewStreamWrapper(in));
            for (StateMetaInfoSnapshot state : header.getStateMetaInfoSnapshots()) {
                if (state.getBackendStateType() == BackendStateType.KEY_VALUE) {
                    names.add(state.getName());
                }
            }
        }
    }
}
