/** The commands that look after the host's drop monitor. They share most of what they load, and so are loaded together. */
export { examineHost, findGuard } from './doctorCommand.js';
export { showStatus } from './statusCommand.js';
export { stopMonitor } from './stopCommand.js';
