// What the React Native client asks of a phone, as far as it needs it to run in Node.
const nothing = () => undefined;
const subscription = { remove: nothing };

export const AppState = { currentState: 'active', addEventListener: () => subscription };
export const Linking = { getInitialURL: async () => null, addEventListener: () => subscription };
export const Platform = { OS: 'ios', select: ({ ios, default: other }) => ios ?? other };
export const NativeModules = {
  AnalyticsReactNative: {
    getContextInfo: async () => ({ appName: 'app', appVersion: '1', deviceId: 'd' }),
  },
};
export class NativeEventEmitter {
  addListener() {
    return subscription;
  }
}
export const createContext = nothing;
export const useContext = nothing;
export default { createContext, useContext };
