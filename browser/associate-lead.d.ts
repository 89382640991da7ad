/** The classic way of an identify, for Munchkin until version 160; shipped as it stands here. */

/** For the plugin's option `identify`. Rejects where the hash API gives no hash. */
export declare const associateLead: (event: object, options: object) => Promise<void>;
