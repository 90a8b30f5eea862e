metadata description = 'Two storage accounts. The Functions host needs the owner role on its whole account (timer locks, deployment packages), so it has a separate account without access to the backups.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Suffix of the resource names of this environment.')
@minLength(1)
@maxLength(13)
param nameToken string

@description('Redundancy of the data account.')
param redundancy string

@description('Days for which deleted blobs and old versions can be restored.')
@minValue(1)
param recoveryDays int

@description('Name of the audit log container.')
param auditContainer string

@description('Days for which the audit log is immutable; 0 for no immutability policy.')
@minValue(0)
param auditImmutabilityDays int

@description('Days after which the audit log is deleted; 0 for never.')
@minValue(0)
param auditRetentionDays int

@description('Temporary areas of the backup container. A rule has at most ten prefixes, two of which are for the system container.')
@maxLength(8)
param temporaryAreas string[]

@description('Whether the accounts are accessible over private endpoints only.')
param isPrivate bool

@description('Object id of the app\'s identity.')
param appPrincipalId string

@description('Object id of the Django application\'s identity; empty if there is none.')
param djangoPrincipalId string

@description('Whether the Django application has an identity.')
param withDjango bool

@description('Object id of the operator; empty for none.')
param operatorPrincipalId string

@description('Principal type of the operator.')
param operatorPrincipalType string

var backupContainer = 'backups'
var systemContainer = 'cochin'
// The program also rejects areas that contain the backups, but versions of backups must not depend on that check.
var areasWithoutBackups = filter(temporaryAreas, area => !empty(area) && !startsWith(toLower(area), 'storage'))
var packageContainer = 'packages'
var containers = union([backupContainer, systemContainer], [auditContainer])
var tables = ['CochinOperations', 'CochinDevis', 'CochinConfigurations', 'CochinJobs', 'CochinRuns']

var secured = {
  allowSharedKeyAccess: false
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' }
}

resource host 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stcochinhost${take(nameToken, 12)}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: secured

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = {
      name: packageContainer
    }
  }
}

resource data 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stcochin${nameToken}'
  location: location
  tags: tags
  kind: 'StorageV2'
  #disable-next-line BCP036 // main.bicep restricts the values.
  sku: { name: redundancy }
  properties: union(secured, { accessTier: 'Hot' })
}

resource dataBlobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: data
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: { enabled: true, days: recoveryDays }
    containerDeleteRetentionPolicy: { enabled: true, days: recoveryDays }
  }
}

resource dataContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = [
  for name in containers: {
    parent: dataBlobs
    name: name
    properties: { publicAccess: 'None' }
  }
]

// Appending is allowed. The policy is not locked, because locking can't be undone; the operator does it manually.
resource auditPolicy 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2023-05-01' = if (auditImmutabilityDays > 0) {
  name: '${data.name}/default/${auditContainer}/default'
  properties: {
    immutabilityPeriodSinceCreationInDays: auditImmutabilityDays
    allowProtectedAppendWrites: true
  }
  dependsOn: [dataContainers]
}

resource dataTables 'Microsoft.Storage/storageAccounts/tableServices@2023-05-01' = {
  parent: data
  name: 'default'

  resource table 'tables' = [for name in tables: { name: name }]
}

// The run history is a table, which has no lifecycle rules: the program trims it. The audit log consists of append blobs, which have
// no cool tier: it can only be kept or deleted. https://learn.microsoft.com/azure/storage/blobs/access-tiers-overview
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {
  parent: data
  name: 'default'
  properties: {
    policy: {
      rules: concat(
        [
          {
            name: 'old-versions-of-backups'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${backupContainer}/storage/'] }
              actions: {
                version: {
                  tierToCool: { daysAfterCreationGreaterThan: 7 }
                  delete: { daysAfterCreationGreaterThan: max(recoveryDays, 30) }
                }
              }
            }
          }
          {
            name: 'old-versions-of-what-changes-often'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: concat(
                  map(areasWithoutBackups, area => '${backupContainer}/${area}${endsWith(area, '/') ? '' : '/'}'),
                  ['${systemContainer}/locks/', '${systemContainer}/status/']
                )
              }
              actions: { version: { delete: { daysAfterCreationGreaterThan: 3 } } }
            }
          }
        ],
        auditRetentionDays > 0
          ? [
              {
                name: 'old-audit-log'
                type: 'Lifecycle'
                enabled: true
                definition: {
                  filters: { blobTypes: ['appendBlob'], prefixMatch: ['${auditContainer}/audit/'] }
                  actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: auditRetentionDays } } }
                }
              }
            ]
          : []
      )
    }
  }
  dependsOn: [dataBlobs]
}

// Storage Blob Data Owner: required by the Functions host on its own account, for timer locks.
// https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
resource hostOwner 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, appPrincipalId, 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b')
  scope: host
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b')
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

module appRoles 'storage-roles.bicep' = {
  params: { accountName: data.name, principalId: appPrincipalId, containers: containers, tables: tables }
  dependsOn: [dataContainers, dataTables]
}

module operatorRoles 'storage-roles.bicep' = if (!empty(operatorPrincipalId)) {
  params: {
    accountName: data.name
    principalId: operatorPrincipalId
    #disable-next-line BCP036 // main.bicep restricts the values.
    principalType: operatorPrincipalType
    containers: containers
    tables: tables
  }
  dependsOn: [dataContainers, dataTables]
}

// The Django application writes backups, operations and quotes. It has no access to jobs, runs, locks and the audit log.
module djangoRoles 'storage-roles.bicep' = if (withDjango) {
  params: { accountName: data.name, principalId: djangoPrincipalId, containers: [backupContainer], tables: ['CochinOperations', 'CochinDevis', 'CochinConfigurations'] }
  dependsOn: [dataContainers, dataTables]
}

@description('Name of the host\'s account.')
output hostAccountName string = host.name

@description('Resource id of the host\'s account.')
output hostAccountId string = host.id

@description('Resource id of the data account.')
output dataAccountId string = data.id

@description('URL of the container for deployment packages.')
output packageContainerUri string = '${host.properties.primaryEndpoints.blob}${packageContainer}'

@description('URL of the blob service with the backups.')
output blobServiceUri string = data.properties.primaryEndpoints.blob

@description('URL of the table service with the records.')
output tableServiceUri string = data.properties.primaryEndpoints.table
