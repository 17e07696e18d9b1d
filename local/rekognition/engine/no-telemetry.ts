// onnxruntime-node reports to Microsoft and keeps files in the temporary and the cache directory, unless this variable
// is there when its native library loads. Set here and not in the threads, whose process.env is only a copy.
// https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
process.env.ORT_DISABLE_TELEMETRY = '1';
