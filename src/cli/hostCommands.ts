/** The commands status, doctor and stop. One module holds all three, because they load mostly the same modules. */
export { examineHost, findGuard } from './doctorCommand.js';
export { showStatus } from './statusCommand.js';
export { stopMonitor } from './stopCommand.js';
